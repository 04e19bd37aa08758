package no.delingsruter.check;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import no.delingsruter.configuration.ConfigurationException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Where in a route file {@code steps} are not written: Camel's model holds as an EIP's steps what is written behind it, too. */
final class Stepless {
    private final Set<Integer> lines = new HashSet<>();

    private Stepless() {}

    /** Where what a name stands for begins and has no {@code steps}; counted from 0, as Camel's model counts the lines of EIPs. */
    static Set<Integer> lines(Path file) {
        Stepless stepless = new Stepless();
        try {
            new Compose(LoadSettings.builder().build())
                    .composeReader(new StringReader(Files.readString(file)))
                    .ifPresent(stepless::look);
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read.");
        }
        return stepless.lines;
    }

    private void look(Node node) {
        if (node instanceof SequenceNode list) {
            list.getValue().forEach(this::look);
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                Node value = entry.getValueNode();
                if (value instanceof MappingNode named && !hasSteps(named)) {
                    value.getStartMark().ifPresent(mark -> lines.add(mark.getLine()));
                }
                look(value);
            }
        }
    }

    private static boolean hasSteps(MappingNode mapping) {
        return mapping.getValue().stream()
                .anyMatch(entry -> entry.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals("steps"));
    }
}
