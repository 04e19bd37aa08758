package no.delingsruter.delivery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.logging.Logging;
import no.delingsruter.observation.Alerts;
import no.delingsruter.support.Daemons;
import no.delingsruter.support.OwnerOnlyFiles;
import no.delingsruter.support.ProcessEnd;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Files of JSON lines that are finished when they are large or old enough, one open for each service. What a process which was killed has
 * left is finished at the next start.
 */
public final class RolledFiles implements ResultFiles {
    private static final DateTimeFormatter BEGUN =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(B|KB|MB|GB)?", Pattern.CASE_INSENSITIVE);
    private static final long USUAL_SIZE = 100L << 20;
    private static final Duration USUAL_AGE = Duration.ofHours(1);
    static final String SHA256 = "sha256";

    private final JsonLine line = new JsonLine();
    private final Map<String, Begun> open = new TreeMap<>();
    private @Nullable ScheduledThreadPoolExecutor timer;
    private Path directory = Path.of(".");
    private Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rw-------");
    private long size = USUAL_SIZE;
    private Duration age = USUAL_AGE;
    private boolean checksum;
    private @Nullable Alerts alerts;

    private record Begun(RollingFile file, Instant at) {}

    public void setDirectory(String directory) {
        this.directory = Path.of(directory);
    }

    /** @param text such as {@code rw-r-----} */
    public void setPermissions(String text) {
        permissions = PosixFilePermissions.fromString(text);
    }

    /** @param text such as {@code 100MB}, which it is when empty */
    public void setRollSize(String text) {
        Matcher parts = SIZE.matcher(text.strip());
        if (text.isBlank()) {
            size = USUAL_SIZE;
        } else if (parts.matches()) {
            String unit = parts.group(2) == null ? "B" : parts.group(2).toUpperCase(Locale.ROOT);
            size = Long.parseLong(parts.group(1))
                    << (10 * List.of("B", "KB", "MB", "GB").indexOf(unit));
        } else {
            throw new ConfigurationException("file.roll-size: '" + text + "' is no size; write 100MB, 512KB or 1GB.");
        }
    }

    /** @param text such as {@code 1h}, which it is when empty; a number alone is seconds */
    public void setRollEvery(String text) {
        age = text.isBlank() ? USUAL_AGE : TimeUtils.toDuration(text.matches("\\d+") ? text + "s" : text);
    }

    /** @param text {@code sha256} or {@code none} */
    public void setChecksum(String text) {
        checksum = text.equalsIgnoreCase(SHA256);
    }

    public void setAlerts(Alerts alerts) {
        this.alerts = alerts;
    }

    @Override
    public void append(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        append(String.valueOf(message.getHeader("service")), line.of(message));
    }

    private synchronized void append(String service, byte[] bytes) throws IOException {
        start();
        Begun begun = open.get(service);
        if (begun != null && begun.file().size() + bytes.length > size) {
            finish(service);
            begun = null;
        }
        if (begun == null) {
            Instant now = Instant.now();
            begun = new Begun(RollingFile.begin(directory, service + "-" + BEGUN.format(now), permissions), now);
            open.put(service, begun);
        }
        begun.file().append(bytes);
    }

    /** Finishes what an earlier process has left, and from now on what is old enough. */
    public synchronized void start() throws IOException {
        if (timer != null) {
            return;
        }
        OwnerOnlyFiles.directory(directory);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path part : files.filter(file -> file.toString().endsWith(RollingFile.LINES + RollingFile.PART))
                    .sorted()
                    .toList()) {
                var left = RollingFile.left(part, permissions);
                if (left.isPresent()) {
                    left.get().finish(checksum);
                }
            }
        }
        timer = new ScheduledThreadPoolExecutor(1, Daemons.named("delingsruter-files"));
        var unused = timer.scheduleWithFixedDelay(this::finishOld, 1, 1, TimeUnit.SECONDS);
    }

    private synchronized void finishOld() {
        Instant before = Instant.now().minus(age);
        for (String service : List.copyOf(open.keySet())) {
            if (!open.get(service).at().isAfter(before)) {
                try {
                    finish(service);
                    say(null);
                } catch (Throwable e) {
                    ProcessEnd.ifFatal(e);
                    say(Logging.cause(e));
                }
            }
        }
    }

    private void say(@Nullable String trouble) {
        if (alerts != null) {
            String what = "Files in " + directory;
            if (trouble == null) {
                alerts.ends(what);
            } else {
                alerts.begins(what, "a file that is old enough cannot be finished (" + trouble + "); tried again");
            }
        }
    }

    private void finish(String service) throws IOException {
        open.get(service).file().finish(checksum);
        open.remove(service);
    }

    @Override
    public synchronized void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        for (Iterator<Begun> each = open.values().iterator(); each.hasNext(); each.remove()) {
            try {
                each.next().file().finish(checksum);
            } catch (IOException e) {
                say(Logging.cause(e));
            }
        }
    }
}
