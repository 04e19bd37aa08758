package no.delingsruter.simulator.payload;

import java.util.function.BiConsumer;
import no.delingsruter.simulator.data.Derived;
import no.delingsruter.simulator.data.Identifikator;
import no.delingsruter.simulator.data.KeyState;
import no.delingsruter.simulator.data.Mix;
import no.delingsruter.simulator.data.Tid;

/**
 * What the places of a payload are filled with.
 *
 * @param stadie null where the API has none
 * @param salt   scatters the amounts; from the API's name
 */
public record Values(KeyState state, String stadie, long salt) {

    /** Series of {@link Derived#dokument}. */
    public static final int HENDELSESDOKUMENT = 1;

    public static final int PERSONDOKUMENT = 2;

    /**
     * How a place of this name is filled.
     *
     * @throws IllegalArgumentException for a name that nothing fills
     */
    static BiConsumer<StringBuilder, Values> place(String name) {
        if (name.matches("(beloep|tall)[1-9]")) {
            int n = name.charAt(name.length() - 1);
            int limit = name.startsWith("tall") ? 1000 : 900_000;
            return (out, v) -> out.append(1 + v.number(n, limit));
        }
        return switch (name) {
            case "id" -> (out, v) -> out.append(v.state.identifikator());
            case "identtype" ->
                (out, v) ->
                        out.append(v.state.identifikator().matches("[89]\\d{10}") ? "AKTOERNUMMER" : "PERSONNUMMER");
            case "periode" -> (out, v) -> out.append(v.state.periode() == null ? "2024-01" : v.state.periode());
            case "aar" -> (out, v) -> out.append(v.state.periode() == null ? "2024" : v.state.periode(), 0, 4);
            case "versjon" -> (out, v) -> out.append(v.state.version());
            case "stadie" -> (out, v) -> out.append(v.stadie);
            case "dato" -> (out, v) -> Tid.date(out, v.state.registrert());
            case "slettetdato" ->
                (out, v) -> {
                    if (v.state.deleted()) {
                        Tid.date(out, v.state.registrert());
                    }
                };
            case "tidspunkt" -> (out, v) -> Tid.append(out, v.state.registrert(), "millis");
            case "lokaltidspunkt" -> (out, v) -> Tid.append(out, v.state.registrert(), "local");
            case "kommune" ->
                (out, v) -> out.append(Derived.kommune(v.state.event().identifikator()));
            case "eiendom" ->
                (out, v) -> out.append(Derived.eiendom(v.state.event().identifikator()));
            case "matrikkel" ->
                (out, v) -> out.append(Derived.matrikkel(v.state.event().identifikator()));
            case "orgnr" -> (out, v) -> out.append(Identifikator.ORGANISASJON.text(v.number(11, 10_000)));
            case "orgnr2" -> (out, v) -> out.append(Identifikator.ORGANISASJON.text(v.number(12, 10_000)));
            case "sekvensnummer" -> (out, v) -> out.append(v.state.event().sekvensnummer());
            case "fregtype" ->
                (out, v) -> out.append(Derived.fregtype(v.state.event().type()));
            case "dokument" ->
                (out, v) -> out.append(
                        Derived.dokument(HENDELSESDOKUMENT, v.state.event().ordinal()));
            case "persondokument" ->
                (out, v) -> out.append(
                        Derived.dokument(PERSONDOKUMENT, v.state.event().ordinal()));
            default -> throw new IllegalArgumentException("Nothing fills the place " + name);
        };
    }

    private int number(int n, int limit) {
        long key = salt ^ Mix.hash(state.identifikator()) ^ Mix.hash(state.periode()) * 31;
        return (int) Math.floorMod(Mix.hash(key + n, state.version()), (long) limit);
    }
}
