package no.delingsruter.app;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;

/** An object store that speaks S3 by TLS, in this JVM, which trusts it meanwhile; it keeps its objects in a folder. */
final class ObjectStore implements AutoCloseable {
    static final String USER = "noekkel";
    static final String PASSWORD = "hemmelighet";

    private static final String TRUSTED = "javax.net.ssl.trustStore";
    private static final String TRUSTED_PASSWORD = "javax.net.ssl.trustStorePassword";

    private final Path objects;
    private final BlobStoreContext context;
    private final S3Proxy proxy;

    ObjectStore(Path directory) throws Exception {
        // Without TLS the SDK signs the checksum that it puts behind each object, which this store does not know
        Path keys = TlsFront.keys(Files.createDirectories(directory), "store", "-ext", "san=ip:127.0.0.1");
        System.setProperty(TRUSTED, keys.toString());
        System.setProperty(TRUSTED_PASSWORD, TlsFront.PASSWORD);
        objects = Files.createDirectories(directory.resolve("objects"));
        Properties properties = new Properties();
        properties.setProperty("jclouds.filesystem.basedir", objects.toString());
        context = ContextBuilder.newBuilder("filesystem")
                .credentials(USER, PASSWORD)
                .overrides(properties)
                .build(BlobStoreContext.class);
        proxy = S3Proxy.builder()
                .blobStore(context.getBlobStore())
                .secureEndpoint(URI.create("https://127.0.0.1:0"))
                .keyStore(keys.toString(), TlsFront.PASSWORD)
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, USER, PASSWORD)
                .build();
        proxy.start();
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + proxy.getSecurePort());
    }

    /** Where its objects are files. */
    Path bucket(String name) {
        return objects.resolve(name);
    }

    @Override
    public void close() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            context.close();
            System.clearProperty(TRUSTED);
            System.clearProperty(TRUSTED_PASSWORD);
        }
    }
}
