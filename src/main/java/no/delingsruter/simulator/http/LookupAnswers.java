package no.delingsruter.simulator.http;

import java.time.YearMonth;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import no.delingsruter.simulator.call.Answer;
import no.delingsruter.simulator.call.Call;
import no.delingsruter.simulator.call.Errors;
import no.delingsruter.simulator.call.Format;
import no.delingsruter.simulator.catalogue.LookupApi;
import no.delingsruter.simulator.catalogue.Meaning;
import no.delingsruter.simulator.data.Derived;
import no.delingsruter.simulator.data.EventLog;
import no.delingsruter.simulator.data.Identifikator;
import no.delingsruter.simulator.data.KeyState;
import no.delingsruter.simulator.data.Tid;

/** Answers lookups: checks what is asked, finds the key's state, and leaves the text to {@link LookupText}. */
final class LookupAnswers {
    private static final int MOST_MONTHS = 600;

    /** A question that has been understood. */
    private record Question(LookupApi lookup, String identifikator, List<String> perioder, long asOf) {}

    /** A question that has not. */
    private static final class BadInput extends Exception {
        private BadInput(String melding) {
            super(melding, null, false, false);
        }
    }

    private final World world;
    private final LookupText text;

    LookupAnswers(World world) {
        this.world = world;
        text = new LookupText(world);
    }

    Answer answer(Call call) {
        LookupApi lookup = call.lookup();
        Format format = Format.negotiate(call.accept(), lookup.formats());
        if (format == null) {
            return Errors.of(call, Meaning.FORMAT, "Oppgitt format støttes ikke");
        }
        String version = call.path("versjon");
        if (version != null && !lookup.versions().containsKey(version)) {
            return Errors.of(call, Meaning.URL, "Ukjent url benyttet");
        }
        try {
            Question q = new Question(lookup, call.identifikator(), perioder(call), asOf(call));
            if (version != null && !lookup.speaks(version, call.periode())) {
                return Errors.of(call, Meaning.VERSION, "Formatet støttes ikke for inntektsår " + call.periode());
            }
            return answer(call, q, format);
        } catch (BadInput e) {
            return Errors.of(call, Meaning.INPUT, e.getMessage());
        }
    }

    private Answer answer(Call call, Question q, Format format) {
        List<KeyState> states = states(q);
        Answer recorded = world.recorded().answer(q.lookup, format, q.identifikator, q.perioder.get(0));
        if (recorded != null && states.stream().noneMatch(s -> s.unknown() || s.deleted())) {
            return recorded;
        }
        Meaning meaning = meaning(q, states);
        if (meaning != null) {
            return Errors.of(
                    call,
                    meaning,
                    meaning == Meaning.DELETED
                            ? "Opplysninger for " + q.identifikator + " finnes ikke lenger"
                            : "Fant ingen opplysninger for " + q.identifikator);
        }
        return Answer.of(format, text.write(q.lookup, states, call.path("stadie"), format))
                .outcome(states.get(0).shielded() ? "shielded" : "found");
    }

    /** What to say instead of data; null when there is data. Takes states without data out of the list. */
    private Meaning meaning(Question q, List<KeyState> states) {
        if (states.isEmpty()) {
            boolean known =
                    q.lookup.lists().stream().anyMatch(list -> world.log(list).knows(q.identifikator));
            return known ? Meaning.NONE : Meaning.UNKNOWN;
        }
        boolean deletedAnswers = q.lookup.errors().code(Meaning.DELETED).status() == 200;
        boolean deleted = states.stream().anyMatch(KeyState::deleted);
        states.removeIf(s -> s.unknown() || (s.deleted() && !deletedAnswers));
        return !states.isEmpty() ? null : deleted ? Meaning.DELETED : Meaning.NONE;
    }

    /** The states of what is asked for, one per period that has any; empty when there is nothing. */
    private List<KeyState> states(Question q) {
        List<KeyState> states = new ArrayList<>();
        for (String list : q.lookup.lists()) {
            EventLog log = world.log(list);
            if (q.lookup.document()) {
                int ordinal = ordinal(q);
                if (ordinal >= 0 && ordinal < log.size()) {
                    states.add(log.stateAfter(ordinal));
                }
            } else {
                for (String periode : q.perioder) {
                    KeyState state = log.state(q.identifikator, periode, q.asOf);
                    if (state != null) {
                        states.add(state);
                    }
                }
            }
            if (!states.isEmpty()) {
                break;
            }
        }
        return states;
    }

    private static int ordinal(Question q) {
        return Derived.ordinal(LookupText.series(q.lookup), q.identifikator);
    }

    /** The state of a key now; null when nothing has been published for it. */
    KeyState state(LookupApi lookup, String identifikator, String periode) {
        List<KeyState> states =
                states(new Question(lookup, identifikator, Collections.singletonList(periode), Long.MAX_VALUE));
        return states.isEmpty() ? null : states.get(0);
    }

    /**
     * What a lookup of this key would answer now, without the checks of a call.
     *
     * @param periode null for none
     */
    Answer current(LookupApi lookup, String identifikator, String periode, String stadie, Format format) {
        Question q = new Question(lookup, identifikator, Collections.singletonList(periode), Long.MAX_VALUE);
        List<KeyState> states = states(q);
        Answer recorded = world.recorded().answer(lookup, format, identifikator, periode);
        if (recorded != null && states.stream().noneMatch(s -> s.unknown() || s.deleted())) {
            return recorded;
        }
        Meaning meaning = meaning(q, states);
        if (meaning != null) {
            return Errors.of(
                    lookup.errors().code(meaning).status(),
                    lookup.errors().code(meaning).kode(),
                    "",
                    format,
                    "");
        }
        return Answer.of(format, text.write(lookup, states, stadie, format))
                .outcome(states.get(0).shielded() ? "shielded" : "found");
    }

    private List<String> perioder(Call call) throws BadInput {
        Identifikator kind = world.log(call.lookup().lists().get(0)).kind();
        if (!call.lookup().document()
                && kind == Identifikator.PERSON
                && !call.identifikator().matches("[0-9]{11}")) {
            throw new BadInput("Feltet 'personidentifikator' har ugyldig format. Må være nøyaktig 11 siffer: "
                    + call.identifikator());
        }
        if (call.lookup().repeat() != null) {
            return months(call.query("fraOgMed"), call.query("tilOgMed"));
        }
        String period = call.periode();
        if (period != null && !period.matches("[0-9]{4}(-(0[1-9]|1[0-2]))?")) {
            throw new BadInput("Ugyldig periode " + period + " for " + call.identifikator());
        }
        return Collections.singletonList(period);
    }

    private static List<String> months(String from, String to) throws BadInput {
        if (from == null) {
            throw new BadInput("fraOgMed må være satt");
        }
        List<String> months = new ArrayList<>();
        try {
            YearMonth month = YearMonth.parse(from);
            YearMonth last = to == null ? YearMonth.now(ZoneId.systemDefault()) : YearMonth.parse(to);
            for (; !month.isAfter(last) && months.size() < MOST_MONTHS; month = month.plusMonths(1)) {
                months.add(month.toString());
                // an event may say a whole year; it is found when the whole year is asked for
                if (month.getMonthValue() == 12 && months.size() >= 12) {
                    months.add(String.valueOf(month.getYear()));
                }
            }
        } catch (DateTimeParseException e) {
            throw new BadInput("fraOgMed og tilOgMed må være på formatet YYYY-MM");
        }
        if (months.isEmpty()) {
            throw new BadInput("fraOgMed kan ikke være etter tilOgMed");
        }
        return months;
    }

    private static long asOf(Call call) throws BadInput {
        String time = call.query("gjelderPaaTidspunkt") != null
                ? call.query("gjelderPaaTidspunkt")
                : call.query("gjelderpaaTidspunkt");
        if (time == null || !call.lookup().snapshots()) {
            return Long.MAX_VALUE;
        }
        try {
            // a plus sign that was not encoded arrives as a blank
            return Tid.parse(time.replace(' ', '+'));
        } catch (DateTimeParseException e) {
            throw new BadInput("Ugyldig gjelderPaaTidspunkt");
        }
    }
}
