package no.delingsruter.app;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import no.delingsruter.model.Operation;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What every wish of an operator's says: of what, why, and who asks. */
final class WishOptions {
    private static final int LONGEST = 500;
    private static final Pattern PERSON = Pattern.compile("(?<!\\d)\\d{11}(?!\\d)");

    @Option(names = "--service", description = "This service alone; else all")
    private String service;

    @Option(names = "--organisation", description = "This organisation acted for alone; else all")
    private String organisation;

    @Option(names = "--lookup", description = "This lookup of the service alone; else all, and the event list")
    private String lookup;

    @Option(names = "--because", description = "Why, for the record")
    private String because;

    @Mixin
    private Asker asker;

    Scope scope() {
        return new Scope(service, organisation, lookup);
    }

    /** See {@link Asker#with}. */
    List<String> with(List<String> arguments) {
        return asker.with(arguments);
    }

    /** @param mustSayWhy whether a reason is asked for */
    void check(CommandSpec spec, boolean mustSayWhy) {
        if (mustSayWhy && (because == null || because.isBlank())) {
            throw new ParameterException(spec.commandLine(), "Say why, for the record: --because \"...\".");
        }
        reason(spec, because);
    }

    /** What is said for the record names nobody, and has an end. */
    static void reason(CommandSpec spec, @Nullable String because) {
        if (because != null && because.length() > LONGEST) {
            throw new ParameterException(spec.commandLine(), "--because takes 500 characters at most.");
        }
        if (because != null && PERSON.matcher(because).find()) {
            throw new ParameterException(
                    spec.commandLine(), "--because holds a number of 11 digits: the record is not to name persons.");
        }
    }

    Operation wish(String kind, Map<String, String> arguments) {
        return Operation.of(kind, scope(), arguments, asker.name(), because);
    }
}
