package no.delingsruter.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.jwk.RSAKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulatorCommandTest {
    @TempDir
    Path folder;

    @Test
    void runsUntilItIsStoppedAndSaysWhatAClientNeeds() throws Exception {
        Path key = folder.resolve("data/klient.jwk");
        Files.writeString(folder.resolve("faults.yaml"), "- {match: {call: list}, action: {type: stall, ms: 1}}\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--port",
                        "0",
                        "--services",
                        "inntekt,skatteoppgjoer",
                        "--events",
                        "30",
                        "--keys",
                        "10",
                        "--latency",
                        "1ms",
                        "--client-key-file",
                        key.toString(),
                        "--faults",
                        folder.resolve("faults.yaml").toString())
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
                if (line.startsWith("Simulator ready")) {
                    break;
                }
            }
            assertTrue(
                    lines.stream().anyMatch(l -> l.matches("skatteetaten\\.url=http://localhost:[0-9]+/\\{api}")),
                    lines.toString());
            assertTrue(lines.stream()
                    .anyMatch(l -> l.matches("maskinporten\\.token-url=http://localhost:[0-9]+/maskinporten/token")));
            assertTrue(lines.stream()
                    .anyMatch(l -> l.matches("maskinporten\\.audience=http://localhost:[0-9]+/maskinporten/")));
            assertTrue(lines.contains("maskinporten.client-id=simulator-client")
                    && lines.contains("maskinporten.jwk=" + key));
            assertTrue(RSAKey.parse(Files.readString(key)).isPrivate());
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        } finally {
            process.destroy();
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        }
    }

    /** As the program's own main class will run it. */
    static final class Main {
        public static void main(String... args) {
            System.exit(new CommandLine(new SimulatorCommand()).execute(args));
        }
    }

    @Test
    void badOptionsAreSaidInOneSentence() throws IOException {
        Path faults = Files.writeString(folder.resolve("faults.yaml"), "- {action: {type: tull}}\n");
        wrong("No list is named tull", "--services", "tull");
        wrong("A latency is written 50ms or exp:50ms, not 'fort'", "--latency", "fort");
        wrong("An organisation number has nine digits, unlike '12'", "--organisation", "12");
        wrong("--gaps is 0 to 1", "--gaps", "7");
        wrong("No fault action is named 'tull'", "--faults", faults.toString());
        wrong(
                "The file " + folder.resolve("x") + " cannot be read",
                "--faults",
                folder.resolve("x").toString());
        wrong(faults + " is neither a JWK nor a JWK set", "--client-jwks", faults.toString());
        wrong(
                "There is no folder " + folder.resolve("y"),
                "--recorded",
                folder.resolve("y").toString());
        try (Simulator sim = Simulator.start()) {
            wrong("Port " + sim.port() + " cannot be used", "--port", String.valueOf(sim.port()));
        }
    }

    private void wrong(String start, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--client-key-file", folder.resolve("k").toString()));
        if (!all.contains("--port")) {
            all.addAll(List.of("--port", "0"));
        }
        StringWriter err = new StringWriter();
        assertEquals(
                2,
                new CommandLine(new SimulatorCommand())
                        .setErr(new PrintWriter(err))
                        .execute(all.toArray(new String[0])));
        assertTrue(err.toString().startsWith(start), err.toString());
    }
}
