package no.delingsruter.page;

import java.util.Set;

/** Who asks, for the record, and what that one may do. */
public record Visitor(String name, Set<Role> roles) {
    /** Anybody on this machine, where nothing says who it is. */
    static final Visitor LOCAL = new Visitor("local", Set.of(Role.READ));

    public boolean may(Role role) {
        return roles.contains(role);
    }
}
