package no.delingsruter.app;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An object store that speaks S3, in this JVM; it keeps its objects in a folder. */
final class ObjectStore implements AutoCloseable {
    static final String USER = "noekkel";
    static final String PASSWORD = "hemmelighet";

    private static final String CHECKSUMS = "aws.requestChecksumCalculation";

    private final BlobStoreContext context;
    private final S3Proxy proxy;

    ObjectStore(Path directory) throws Exception {
        // It does not know the checksums that the SDK puts behind each object
        System.setProperty(CHECKSUMS, "WHEN_REQUIRED");
        Properties properties = new Properties();
        properties.setProperty(
                "jclouds.filesystem.basedir", Files.createDirectories(directory).toString());
        context = ContextBuilder.newBuilder("filesystem")
                .credentials(USER, PASSWORD)
                .overrides(properties)
                .build(BlobStoreContext.class);
        proxy = S3Proxy.builder()
                .blobStore(context.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, USER, PASSWORD)
                .build();
        proxy.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            context.close();
            System.clearProperty(CHECKSUMS);
        }
    }
}
