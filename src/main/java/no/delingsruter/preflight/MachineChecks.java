package no.delingsruter.preflight;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import no.delingsruter.configuration.DeliveryEndpoints;
import no.delingsruter.configuration.Settings;
import no.delingsruter.store.H2File;
import no.delingsruter.support.AnswerMemory;
import no.delingsruter.support.Folders;

/** Disks, memory and the port that this machine gives. */
public final class MachineChecks {
    private static final long MEGABYTE = 1_000_000;
    private static final long LITTLE = 1_000 * MEGABYTE;
    private static final long TOO_LITTLE = 50 * MEGABYTE;

    private final Settings settings;
    private final boolean jobRuns;

    MachineChecks(Settings settings, boolean jobRuns) {
        this.settings = settings;
        this.jobRuns = jobRuns;
    }

    void run(Consumer<Finding> out) {
        disks(out);
        out.accept(memory(Runtime.getRuntime().maxMemory(), settings.positive("skatteetaten.max-response-bytes")));
        port(out);
    }

    private void disks(Consumer<Finding> out) {
        Map<String, Path> written = new LinkedHashMap<>();
        H2File.of(settings.get("store.url")).ifPresent(file -> written.put("store.url", file.data()));
        settings.find("store.answers")
                .filter(folder -> !folder.equals("none"))
                .ifPresent(
                        folder -> written.put("store.answers", Path.of(folder).resolve("answers")));
        if (DeliveryEndpoints.of(settings).contains("direct:file")) {
            written.put(
                    "file.directory", Path.of(settings.get("file.directory")).resolve("results"));
        }
        written.put(
                "the temporary folder",
                Path.of(System.getProperty("java.io.tmpdir")).resolve("any"));
        Map<Object, String> said = new LinkedHashMap<>();
        written.forEach((key, path) -> {
            Path folder = Folders.above(path);
            try {
                FileStore disk = Files.getFileStore(folder);
                if (said.putIfAbsent(disk.name() + disk.type(), key) == null) {
                    out.accept(disk(key, folder, disk.getUsableSpace()));
                }
            } catch (IOException e) {
                out.accept(Finding.warning("disk", key + ": " + folder + " does not say how much room it has"));
            }
        });
    }

    static Finding disk(String key, Path folder, long free) {
        String said = key + ": " + free / MEGABYTE + " MB free at " + folder;
        if (free < TOO_LITTLE) {
            return Finding.wrong("disk", said + ": make room; the job waits while it cannot write");
        }
        return free < LITTLE
                ? Finding.warning("disk", said + ": make room before it is full")
                : Finding.ok("disk", said);
    }

    static Finding memory(long heap, long largest) {
        long most = AnswerMemory.ofHeap(heap).most();
        String said = "the heap is " + heap / MEGABYTE + " MB";
        return most < largest
                ? Finding.warning(
                        "memory",
                        said + ", so that answers larger than " + most / MEGABYTE
                                + " MB are parked; for those of skatteetaten.max-response-bytes give -Xmx"
                                + largest * (heap / most) / MEGABYTE + "m or more")
                : Finding.ok("memory", said);
    }

    private void port(Consumer<Finding> out) {
        int port = settings.whole("management.port", 0);
        if (port == 0) {
            out.accept(Finding.warning(
                    "port",
                    "management.port is not set: nobody outside can see health and metrics; set it, such as 9876"));
            return;
        }
        Optional<String> refused = portRefused(settings);
        out.accept(
                refused.isEmpty()
                        ? Finding.ok("port", "management.port " + port + " is free")
                        : jobRuns && !refused.get().startsWith("management.host")
                                ? Finding.ok("port", "management.port " + port + " is in use, for a job runs")
                                : Finding.wrong("port", refused.get()));
    }

    /** Why nothing can listen on management.port; empty when it can. */
    public static Optional<String> portRefused(Settings settings) {
        int port = settings.whole("management.port", 0);
        String host = settings.get("management.host");
        try (ServerSocket free = new ServerSocket()) {
            free.bind(new InetSocketAddress(InetAddress.getByName(host), port));
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("management.host: " + host + " is no address of this machine");
        } catch (BindException e) {
            return Optional.of("management.port " + port + " at " + host
                    + " cannot be had: another program has it, or the address is none of this machine's; name another");
        } catch (IOException e) {
            return Optional.of("management.port " + port + " cannot be had; name another");
        }
    }
}
