package no.delingsruter.simulator.recorded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import no.delingsruter.simulator.catalogue.Catalogue;
import no.delingsruter.simulator.catalogue.ListApi;
import no.delingsruter.simulator.catalogue.LookupApi;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * Which recorded file answers what: from a YAML file ({@code lists: {id: file}}, {@code lookups: {id: file or [json, xml]}}), or by name.
 * By name, {@code hendelser-<list>*.json} is a list's page and {@code <api>*.json} or {@code .xml} a lookup's body; what follows a hyphen is a
 * remark ({@code inntekt-utdrag.json}, {@code avregning-v2.json}); where several fit, the one with the shortest remark wins, then the first by name.
 */
record RecordedMap(Map<String, Path> lists, Map<String, List<Path>> lookups) {
    private static final Map<String, String> ALSO_CALLED = Map.of(
            "pgifolketrygden",
            "pgiforfolketrygden",
            "sire",
            "skatteetatenregistrertselskap",
            "sireoppslag",
            "skatteetatenregistrertselskap",
            "folkeregisteretfeed",
            "folkeregisteret");

    static RecordedMap of(Catalogue catalogue, Path folder, Path map) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("There is no folder " + folder);
        }
        Path file = map != null ? map : folder.resolve("recorded.yaml");
        return map != null || Files.exists(file) ? read(catalogue, folder, file) : guess(catalogue, folder);
    }

    private static RecordedMap read(Catalogue catalogue, Path folder, Path file) throws IOException {
        RecordedMap result = new RecordedMap(new HashMap<>(), new HashMap<>());
        if (!(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file))
                instanceof Map<?, ?> yaml)) {
            throw new IllegalArgumentException(file + " has neither lists nor lookups");
        }
        if (yaml.get("lists") instanceof Map<?, ?> named) {
            named.forEach((id, name) ->
                    result.lists.put(catalogue.list(id.toString()).id(), folder.resolve(name.toString())));
        }
        if (yaml.get("lookups") instanceof Map<?, ?> named) {
            named.forEach((id, names) -> {
                List<Path> files = (names instanceof List<?> several ? several : List.of(names))
                        .stream().map(n -> folder.resolve(n.toString())).toList();
                for (LookupApi lookup : catalogue.lookups()) {
                    if (lookup.id().equals(id) || lookup.api().equals(id)) {
                        result.lookups.put(lookup.id(), files);
                    }
                }
            });
        }
        return result;
    }

    private static RecordedMap guess(Catalogue catalogue, Path folder) throws IOException {
        RecordedMap result = new RecordedMap(new HashMap<>(), new HashMap<>());
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(Files::isRegularFile)
                    .sorted(Comparator.comparing(p -> p.getFileName().toString().toLowerCase(Locale.ROOT)))
                    .toList();
        }
        for (ListApi list : catalogue.lists()) {
            Path best = best(files, ".json", list.protocol().equals("feed") ? "" : "hendelser-", list.id()::equals);
            if (best != null
                    && (!list.protocol().equals("feed")
                            || best.getFileName().toString().contains("feed"))) {
                result.lists.put(list.id(), best);
            }
        }
        for (LookupApi lookup : catalogue.lookups()) {
            String id = lookup.id().replace("-", "");
            // an API's name stands for all of its lookups, but not where each has a name of its own
            Predicate<String> named = name -> name.equals(id)
                    || (name.equals(lookup.api()) && !lookup.api().equals("folkeregisteret"));
            List<Path> bodies = new ArrayList<>();
            for (String end : List.of(".json", ".xml")) {
                Path best = best(files, end, "", named);
                if (best != null) {
                    bodies.add(best);
                }
            }
            if (!bodies.isEmpty()) {
                result.lookups.put(lookup.id(), bodies);
            }
        }
        return result;
    }

    private static Path best(List<Path> files, String end, String start, Predicate<String> named) {
        Path best = null;
        int shortest = Integer.MAX_VALUE;
        for (Path file : files) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            if (name.endsWith(end) && name.startsWith(start)) {
                int remark = remark(name.substring(start.length(), name.length() - end.length()), named);
                if (remark < shortest) {
                    best = file;
                    shortest = remark;
                }
            }
        }
        return best;
    }

    /** How many words of a file's name are left over when its beginning is what we look for; a large number when it is not. */
    private static int remark(String name, Predicate<String> named) {
        String[] words = name.split("-");
        for (int n = words.length; n > 0; n--) {
            String start = String.join("", Arrays.copyOf(words, n));
            String bare = start.replaceAll("[0-9]+$", "");
            if (named.test(ALSO_CALLED.getOrDefault(start, start))
                    || named.test(ALSO_CALLED.getOrDefault(bare, bare))) {
                // a version or a year of its own is no remark; digits stuck to the name are an older way of writing
                return (int) Arrays.stream(words, n, words.length)
                                .filter(w -> !w.matches("v?[0-9]+"))
                                .count()
                        + (named.test(ALSO_CALLED.getOrDefault(start, start)) ? 0 : 1);
            }
            if (ALSO_CALLED.containsKey(start)) {
                return Integer.MAX_VALUE; // it is something else's name, however it begins
            }
        }
        return Integer.MAX_VALUE;
    }
}
