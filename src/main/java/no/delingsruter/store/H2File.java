package no.delingsruter.store;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where an H2 database that is embedded in this process keeps its file.
 *
 * @param base the path in the database's address, absolute, without ending
 */
public record H2File(Path base) {
    private static final int BLOCK = 4096;
    /** H2 writes it to the first two blocks: "H:2,block:1c,blockSize:1000,...". */
    private static final Pattern LATEST_BLOCK = Pattern.compile("H:2,block:([0-9a-f]{1,12}),");
    /** Where a chunk begins: "chunk:2f,len:3,...". */
    private static final Pattern BLOCKS = Pattern.compile("^chunk:[^\\n]*?,len:([0-9a-f]{1,8}),");

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

    /** Whether a job has worked on it, by what it leaves beside it. */
    boolean wasThere() throws IOException {
        try (Stream<Path> beside = Files.list(base.getParent())) {
            List<String> names =
                    beside.map(file -> file.getFileName().toString()).toList();
            // Kept answers may be those of another store in the folder
            return names.contains(operator().getFileName().toString())
                    || (names.stream().anyMatch(name -> name.startsWith("answers-"))
                            && names.stream().noneMatch(name -> name.endsWith(".mv.db")));
        }
    }

    /** A folder beside it for the operator's commands. */
    public Path operator() {
        return base.resolveSibling(base.getFileName() + ".operator");
    }

    /** What is missing of a file, by its own header. */
    enum Missing {
        NOTHING,
        /** The end of what was written last: H2 goes back to the state before it. */
        LATEST_STATE,
        /** More than that: H2 would go back far, or take it for a new store. */
        MORE
    }

    /** @throws IOException when it cannot be read */
    Missing missing() throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "r")) {
            long length = file.length();
            Matcher header = LATEST_BLOCK.matcher(text(file, 0, 2 * BLOCK));
            long latest = 0;
            while (header.find()) {
                latest = Math.max(latest, Long.parseLong(header.group(1), 16) * BLOCK);
            }
            if (length < 2L * BLOCK || latest >= length) {
                return Missing.MORE;
            }
            Matcher chunk = BLOCKS.matcher(text(file, latest, 1024));
            return latest > 0 && chunk.find() && latest + Long.parseLong(chunk.group(1), 16) * BLOCK > length
                    ? Missing.LATEST_STATE
                    : Missing.NOTHING;
        }
    }

    private static String text(RandomAccessFile file, long at, int most) throws IOException {
        byte[] bytes = new byte[(int) Math.min(file.length() - at, most)];
        file.seek(at);
        file.readFully(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
