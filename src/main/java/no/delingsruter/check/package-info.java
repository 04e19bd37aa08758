/** What cannot work is found before anything is called: route files, and where results go. */
@org.jspecify.annotations.NullMarked
package no.delingsruter.check;
