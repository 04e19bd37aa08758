package no.delingsruter.store;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import no.delingsruter.configuration.ConfigurationException;
import no.delingsruter.support.OwnerOnlyFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file of an embedded database before H2 opens it: only its owner may read it, and one that is cut short is not taken for a new one. */
record StoreFileCheck(String prefix, String url) {
    private static final Logger LOG = LoggerFactory.getLogger(Databases.class);

    /**
     * H2 would make its file with whatever the process's mask allows; it takes an empty file of ours instead.
     *
     * @throws ConfigurationException when it cannot be used
     * @return how long the file is; 0 for none
     */
    long prepare() {
        Optional<H2File> found = H2File.of(url);
        if (found.isEmpty()) {
            return 0;
        }
        H2File file = found.get();
        try {
            OwnerOnlyFiles.directory(file.base().getParent());
            if (!Files.exists(file.data())) {
                if (prefix.equals("store") && file.wasThere()) {
                    LOG.warn(
                            "{}.url: the file {} is not there, though a job has worked on it: a new store is begun, and all is read and"
                                    + " looked up again; if that is not wanted, stop the job and put the file, or a backup of it, back",
                            prefix,
                            file.data());
                }
                OwnerOnlyFiles.file(file.data());
                return 0;
            }
            OwnerOnlyFiles.file(file.data());
            switch (file.missing()) {
                case MORE -> throw damaged();
                case LATEST_STATE ->
                    LOG.warn(
                            "{}.url: the end of the file {} is missing; it goes back to the last state that is whole, and what came after is read and looked up again",
                            prefix,
                            file.data());
                case NOTHING -> {}
            }
            return Files.size(file.data());
        } catch (IOException e) {
            throw new ConfigurationException(prefix + ".url: the file " + file.data() + " "
                    + OwnerOnlyFiles.foreign(file.data())
                            .orElse("cannot be made, read and written ("
                                    + e.getClass().getSimpleName() + ")")
                    + ".");
        }
    }

    ConfigurationException damaged() {
        return new ConfigurationException(
                prefix + ".url: the file " + H2File.of(url).map(H2File::data).orElseThrow()
                        + " is damaged or cut short, and is not taken for a new one: restore a backup of it, or move it away to begin anew (all is then read and looked up again).");
    }
}
