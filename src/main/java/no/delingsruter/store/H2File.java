package no.delingsruter.store;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an H2 database that is embedded in this process keeps its file.
 *
 * @param base the path in the database's address, absolute, without ending
 */
public record H2File(Path base) {
    private static final Pattern ADDRESS = Pattern.compile("jdbc:h2:(?!mem:|tcp:|ssl:|zip:)(?:file:)?([^;]+).*");

    /** @param url JDBC address; empty for any other database */
    public static Optional<H2File> of(String url) {
        Matcher matcher = ADDRESS.matcher(url);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String path = matcher.group(1);
        return Optional.of(new H2File(
                (path.startsWith("~/") ? Path.of(System.getProperty("user.home"), path.substring(2)) : Path.of(path))
                        .toAbsolutePath()
                        .normalize()));
    }

    /** The database. */
    public Path data() {
        return base.resolveSibling(base.getFileName() + ".mv.db");
    }

    /** A folder beside it for the operator's commands. */
    public Path operator() {
        return base.resolveSibling(base.getFileName() + ".operator");
    }
}
