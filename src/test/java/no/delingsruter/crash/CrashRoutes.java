package no.delingsruter.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import no.delingsruter.crash.victim.CrashPoint;
import no.delingsruter.crash.victim.FailingStep;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Copies the project's routes with a crash point before, between and after all their steps, whatever they are. */
final class CrashRoutes {
    private final String file;
    private int points;

    private CrashRoutes(String file) {
        this.file = file;
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (path.toString().endsWith(".yaml")) {
                    String name = path.getFileName().toString();
                    Object document = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(path));
                    Object pointed = new CrashRoutes(name.substring(0, name.indexOf('.'))).withPoints(document, "");
                    Files.writeString(
                            target,
                            new Dump(DumpSettings.builder()
                                            .setDefaultFlowStyle(FlowStyle.BLOCK)
                                            .setWidth(10_000)
                                            .build())
                                    .dumpToString(pointed));
                }
            }
        }
    }

    private Object withPoints(Object node, String id) {
        if (node instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            String here = map.get("id") instanceof String own ? own : id;
            map.forEach((key, value) -> copy.put(
                    key,
                    "steps".equals(key) && value instanceof List<?> steps
                            ? steps(steps, here)
                            : withPoints(value, here)));
            return copy;
        }
        if (node instanceof List<?> list) {
            return list.stream().map(item -> withPoints(item, id)).toList();
        }
        return node;
    }

    private List<Object> steps(List<?> steps, String id) {
        List<Object> copy = new ArrayList<>();
        if (id.equals("inntekt-hendelser")) {
            copy.add(Map.of("bean", Map.of("beanType", FailingStep.class.getName(), "method", "pass")));
        }
        for (Object step : steps) {
            copy.add(point(id));
            copy.add(withPoints(step, id));
        }
        copy.add(point(id));
        return copy;
    }

    private Map<String, Object> point(String id) {
        String name = "step " + points++ + " of " + (id.isEmpty() ? file : id);
        return Map.of("bean", Map.of("beanType", CrashPoint.class.getName(), "method", "reach('" + name + "')"));
    }
}
