package no.delingsruter.logging;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Takes out of a text what may name a person or open a door: numbers of nine digits and more, tokens, keys and, in what others
 * than ourselves say, also paths of addresses, UUIDs, quoted values, SQL values and anything that looks like a payload.
 */
final class Masking {
    private static final String MASK = "***";
    private static final int LONGEST_THROWABLE = 300;
    private static final Pattern NUMBER = Pattern.compile("\\d{6}[ .-]?\\d{3,}");
    private static final Pattern NUMBER_OF_OTHERS = Pattern.compile("\\d{6}[ .-]?\\d*");
    /** Any long run of what tokens, grants and keys are written with; Java class names have dots, and shorter parts between them. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)-----BEGIN.*|(bearer|assertion|token|password|secret)(=|:| )\\s*[^\\s,;&]{8,}"
                    + "|[\\w-]{16,}\\.[\\w-]{16,}\\.[\\w-]{16,}|eyJ[\\w.-]+|(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{40,}",
            Pattern.DOTALL);

    private static final Pattern ADDRESS = Pattern.compile("(https?://[^/\\s\"'?]+)[/?][^\\s\"']*");
    private static final Pattern UUID =
            Pattern.compile("(?i)\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
    private static final Pattern CONTENT = Pattern.compile(
            "(?s)([{\\[]\\s*[\"{\\[]|<[?!]?[A-Za-z][\\w:.-]*[\\s>/]|(?i)\\bvalues\\s*\\(|sql statement:|detail:).*");
    private static final Pattern QUOTED = Pattern.compile("(?s)\"[^\"]*\"|'[^']*'|\\[[^\\]]*]");

    private static volatile Set<String> kept = Set.of();

    private static final int SHORTEST_SECRET = 4;
    private static final Set<String> HIDDEN = ConcurrentHashMap.newKeySet();

    private Masking() {}

    /** A secret that looks like any other word; a shorter one than four letters would take words apart. */
    static void hide(String secret) {
        if (secret.length() >= SHORTEST_SECRET) {
            HIDDEN.add(secret);
        }
    }

    private static String hidden(String text) {
        String masked = text;
        for (String secret : HIDDEN) {
            masked = masked.replace(secret, MASK);
        }
        return masked;
    }

    /** What is no person's number although it looks like one: the organisations acted for. */
    static void keep(Collection<String> organisations) {
        kept = Set.copyOf(organisations);
    }

    /** What we say ourselves. */
    static String own(String text) {
        return text == null ? "" : numbers(NUMBER, SECRET.matcher(hidden(text)).replaceAll(MASK));
    }

    /** What libraries and the steps of users say. */
    static String others(String text) {
        if (text == null) {
            return "";
        }
        String masked = CONTENT.matcher(hidden(text)).replaceAll("(content withheld)");
        masked = ADDRESS.matcher(masked).replaceAll("$1/" + MASK);
        masked = UUID.matcher(masked).replaceAll(MASK);
        return numbers(NUMBER_OF_OTHERS, SECRET.matcher(masked).replaceAll(MASK));
    }

    /** The message of an exception; empty for none. */
    static String message(Throwable thrown) {
        if (thrown.getMessage() == null) {
            return "";
        }
        if (thrown.getClass().getName().startsWith(MaskingLogEventFactory.OWN)) {
            return own(thrown.getMessage());
        }
        if (thrown instanceof SQLException sql) {
            return "SQL state " + sql.getSQLState();
        }
        if (thrown.getClass().getName().startsWith("org.springframework.")) {
            return "(withheld)";
        }
        String masked = QUOTED.matcher(others(thrown.getMessage())).replaceAll(MASK);
        return masked.length() <= LONGEST_THROWABLE ? masked : masked.substring(0, LONGEST_THROWABLE);
    }

    private static String numbers(Pattern pattern, String text) {
        return pattern.matcher(text).replaceAll(match -> kept.contains(match.group()) ? match.group() : MASK);
    }
}
