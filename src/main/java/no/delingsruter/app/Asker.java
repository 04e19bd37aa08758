package no.delingsruter.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Who asks. */
final class Asker {
    @Option(names = "--by", description = "Who asks, for the record (default: the user of this command)")
    private String by;

    String name() {
        return by == null ? System.getProperty("user.name", "unknown") : by;
    }

    /** For the job: whoever runs it is not who asks. */
    List<String> with(List<String> arguments) {
        List<String> all = new ArrayList<>(arguments);
        if (by == null) {
            all.add("--by=" + name());
        }
        return all;
    }
}
