package no.delingsruter.delivery;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.configuration.Settings;
import no.delingsruter.observation.Alerts;
import org.apache.camel.Exchange;

/** Where direct:file writes. */
public interface ResultFiles extends AutoCloseable {
    /**
     * @return one file a day for each service, or files that roll as soon as a key of rolling is set
     * @throws ConfigurationException naming the key that cannot be used
     */
    static ResultFiles of(Settings settings, Alerts alerts) {
        Path directory = Path.of(settings.get("file.directory"));
        Set<PosixFilePermission> permissions = permissions(settings.get("file.permissions"));
        boolean checksum =
                settings.choice("file.checksum", "none", RolledFiles.SHA256).equals(RolledFiles.SHA256);
        boolean rolled = checksum
                || settings.find("file.roll-size").isPresent()
                || settings.find("file.roll-every").isPresent();
        if (!rolled) {
            return new JsonLines(directory, permissions);
        }
        RolledFiles files = new RolledFiles();
        files.setDirectory(directory.toString());
        files.setPermissions(PosixFilePermissions.toString(permissions));
        files.setRollSize(settings.find("file.roll-size").orElse(""));
        files.setRollEvery(settings.find("file.roll-every").orElse(""));
        files.setChecksum(checksum ? RolledFiles.SHA256 : "none");
        files.setAlerts(alerts);
        return files;
    }

    private static Set<PosixFilePermission> permissions(String given) {
        try {
            return PosixFilePermissions.fromString(given);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(
                    "file.permissions: " + given + " is none; write nine letters such as rw-r-----");
        }
    }

    /** Appends a delivery as a line; it counts as accepted when it is on disk. */
    void append(Exchange exchange) throws Exception;

    @Override
    default void close() {}
}
