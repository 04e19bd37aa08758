package no.delingsruter.simulator.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.count.Stats;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The faults in force; for each call the first rule that takes it decides. Thread safe. */
public final class Faults {
    private final List<Rule> rules = new CopyOnWriteArrayList<>();

    public Rule add(Rule rule) {
        rules.add(rule);
        return rule;
    }

    /**
     * Adds one rule or a list of rules, or {@code {faults: [...]}}.
     *
     * @param yaml YAML or JSON
     * @throws IllegalArgumentException with one sentence on what is wrong; then none is added
     */
    public List<Rule> add(String yaml) {
        JsonNode tree;
        try {
            tree = new ObjectMapper()
                    .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    "The faults are no YAML: "
                            + e.getMessage().lines().findFirst().orElse(""),
                    e);
        }
        JsonNode list = tree.has("faults") ? tree.get("faults") : tree;
        List<Rule> added = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(spec -> added.add(Rule.of(spec)));
        } else if (list.isObject()) {
            added.add(Rule.of(list));
        } else if (!list.isNull()) {
            throw new IllegalArgumentException("The faults are a list of {name, match, limit, action}");
        }
        rules.addAll(added);
        return added;
    }

    public void clear() {
        rules.clear();
    }

    /** Removes the rules of this name. */
    public void remove(String name) {
        rules.removeIf(r -> r.name().equals(name));
    }

    /** @return what is to happen to this call, null for nothing */
    public @Nullable Rule choose(Call call, long uptimeMs) {
        for (Rule rule : rules) {
            if (rule.takes(call, uptimeMs)) {
                return rule;
            }
        }
        return null;
    }

    public List<Stats.Fault> stats() {
        return rules.stream().map(Rule::stats).toList();
    }
}
