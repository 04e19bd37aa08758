package no.delingsruter.catalogue;

import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import no.delingsruter.catalogue.Catalogue.Lookup;
import no.delingsruter.catalogue.Catalogue.Service;
import no.delingsruter.skatteetaten.Via;

/**
 * One thing that a route file takes for true, and why: from its parameters {@code source} (one entry for each fact, separated by
 * semicolons: {@code address: om/url.md of 2024-03-05; codes inferred 2026-09: as for persons}), {@code read}, {@code status} (of the
 * address) and {@code fields} (of the events' fields).
 *
 * @param where     the lookup, empty for the event list; and through which proxy
 * @param name      address, scope, headers, fields, versions, nothing new (codes of the list) or codes
 * @param value     as the route has it
 * @param certainty documented, used, inferred or unknown
 * @param source    page and its date, or consumer; empty when the file names none
 * @param read      the month it was read in, null when the file does not say
 */
public record Fact(
        String service, String where, String name, String value, String certainty, String source, YearMonth read) {
    private static final Pattern ENTRY = Pattern.compile(
            "(address|scope|fields|versions|nothing new|codes)( documented| used| inferred| unknown)?( \\d{4}-\\d{2})?: (.+)");
    private static final String DOCUMENTED = "documented";

    /** What the entry of a fact says. */
    private record Said(String certainty, String source, YearMonth read) {}

    /** All that is taken for true of a service: its event list first, then its lookups. */
    public static List<Fact> of(Service service) {
        List<Fact> facts = new ArrayList<>();
        Map<String, String> list = service.list();
        facts.add(
                fact(service, "", "address", list.get("api") + " " + list.getOrDefault("path", "/v1/hendelser"), list));
        facts.add(fact(service, "", "scope", list.getOrDefault("scope", ""), list));
        facts.add(fact(
                service,
                "",
                "fields",
                service.fields().values().stream().flatMap(Set::stream).collect(Collectors.joining(", ")),
                list));
        facts.add(fact(service, "", "nothing new", list.getOrDefault("outcomes", ""), list));
        for (Lookup lookup : service.lookups().values()) {
            if (!lookup.calls()) {
                continue;
            }
            Map<String, String> parameters = lookup.parameters();
            for (String name : List.of("address", "scope", "versions", "codes")) {
                String value =
                        switch (name) {
                            case "address" -> parameters.get("api") + " " + lookup.path();
                            case "codes" -> parameters.getOrDefault("outcomes", "");
                            default -> parameters.getOrDefault(name, "");
                        };
                if (!value.isEmpty()) {
                    facts.add(fact(service, lookup.name(), name, value, parameters));
                }
            }
        }
        return facts;
    }

    /** All that is taken for true of a service behind a proxy; empty when the proxy does not have it. */
    public static List<Fact> through(Via via, Service service) {
        List<Fact> facts = new ArrayList<>();
        via.listPath(service.name()).ifPresent(list -> {
            facts.add(through(via, service, "", "address", list));
            facts.add(through(via, service, "", "scope", via.scope()));
            facts.add(through(
                    via, service, "", "headers", String.join(", ", via.headers().keySet())));
        });
        via.lookups(service.name())
                .forEach(lookup -> facts.add(through(
                        via,
                        service,
                        lookup,
                        "address",
                        via.lookupPath(service.name(), lookup).orElseThrow())));
        return facts;
    }

    private static Fact through(Via via, Service service, String lookup, String name, String value) {
        return new Fact(
                service.name(),
                (lookup + " via " + via).strip(),
                name,
                value,
                via.certainty(),
                via.source(),
                month(via.read()));
    }

    private static Fact fact(Service service, String where, String name, String value, Map<String, String> parameters) {
        Said said = said(name, parameters);
        return new Fact(service.name(), where, name, value, said.certainty(), said.source(), said.read());
    }

    private static Said said(String name, Map<String, String> parameters) {
        String key = name.equals("address") ? "status" : name;
        String certainty = Stream.of("address", "fields").anyMatch(name::equals)
                ? parameters.getOrDefault(key, DOCUMENTED)
                : DOCUMENTED;
        YearMonth read = month(parameters.get("read"));
        for (String entry : parameters.getOrDefault("source", "").split(";", -1)) {
            Matcher matcher = ENTRY.matcher(entry.strip());
            if (matcher.matches() && matcher.group(1).equals(name)) {
                return new Said(
                        matcher.group(2) == null ? certainty : matcher.group(2).strip(),
                        matcher.group(4).strip(),
                        matcher.group(3) == null ? read : month(matcher.group(3)));
            }
        }
        return new Said(certainty, name.equals("address") ? parameters.getOrDefault("source", "") : "", read);
    }

    private static YearMonth month(String text) {
        return text == null ? null : YearMonth.parse(text.strip());
    }
}
