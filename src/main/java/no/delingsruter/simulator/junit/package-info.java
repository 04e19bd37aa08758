/** The simulator in somebody's own JUnit tests. */
package no.delingsruter.simulator.junit;
