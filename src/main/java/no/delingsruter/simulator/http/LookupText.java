package no.delingsruter.simulator.http;

import java.util.ArrayList;
import java.util.List;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.data.KeyState;
import no.delingsruter.simulator.data.Mix;
import no.delingsruter.simulator.payload.Values;

/** The text of a lookup's answer. */
final class LookupText {
    private final World world;

    LookupText(World world) {
        this.world = world;
    }

    /**
     * @param states at least one
     * @param stadie null where the path has none
     */
    String write(LookupApi lookup, List<KeyState> states, String stadie, Format format) {
        StringBuilder out = new StringBuilder(1500);
        world.payload(lookup).write(out, values(lookup, states, stadie), format.isXml());
        return out.toString();
    }

    private List<Values> values(LookupApi lookup, List<KeyState> states, String stadie) {
        List<Values> values = new ArrayList<>(states.size());
        for (KeyState state : states) {
            values.add(new Values(state, stadie(lookup, stadie), Mix.hash(lookup.id())));
        }
        return values;
    }

    private static String stadie(LookupApi lookup, String stadie) {
        return stadie != null
                ? stadie
                : lookup.id().endsWith("utkast")
                        ? "utkast"
                        : lookup.id().endsWith("fastsatt") ? "fastsatt" : "oppgjoer";
    }

    static int series(LookupApi lookup) {
        return lookup.id().equals("persondokument") ? Values.PERSONDOKUMENT : Values.HENDELSESDOKUMENT;
    }
}
