package no.delingsruter.page;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What somebody may do; to look is part of each. */
public enum Role {
    READ,
    OPERATE,
    /** See who it is about. Each time is on record. */
    REVEAL;

    /** @throws IllegalArgumentException when one of the words, between commas, is none */
    static Set<Role> of(String words) {
        Set<Role> roles = EnumSet.of(READ);
        Arrays.stream(words.split(",", -1))
                .forEach(word -> roles.add(valueOf(word.strip().toUpperCase(Locale.ROOT))));
        return roles;
    }

    /** Those among the words that are roles; a proxy may send other groups beside them. */
    static Set<Role> among(String words) {
        Set<Role> roles = EnumSet.of(READ);
        Arrays.stream(values())
                .filter(role ->
                        Arrays.stream(words.split("[,;\\s]+", -1)).anyMatch(word -> word.equalsIgnoreCase(role.name())))
                .forEach(roles::add);
        return roles;
    }
}
