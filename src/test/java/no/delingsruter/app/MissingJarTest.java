package no.delingsruter.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A receiver whose jar is not there")
class MissingJarTest {
    @TempDir
    Path directory;

    @Test
    @DisplayName("is refused at the start, in a sentence that names the jars; those that nobody names need none")
    void named() {
        try (TestBed bed = new TestBed(directory)
                        .set("delivery.endpoints", "direct:kafka,direct:sftp,direct:database")
                        .set("sftp.address", "h");
                ChildJob job = bed.childWithout("camel-kafka", "kafka", "camel-ftp", "camel-aws2")) {
            assertEquals(2, job.exitCode(), job::output);
            String version = new DefaultCamelContext(false).getVersion();
            for (String jar : new String[] {"camel-kafka-", "camel-ftp-"}) {
                String said = "put its jar (" + jar + version + ".jar) and what it needs into ext/";
                assertTrue(job.output().contains(said), job.output());
            }
            assertTrue(job.output().contains("receivers/kafka.camel.yaml"), job.output());
        }
    }
}
