package no.delingsruter.catalogue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;
import no.delingsruter.skatteetaten.Gateway;

/**
 * What one instance works on at a time, for each organisation: the services that call an API together, directly or by way of others. Their
 * calls are counted together, so that they cannot be divided. A unit has the name of the first of its APIs.
 */
public final class Units {
    private final Map<String, String> ofService = new TreeMap<>();
    private final Map<String, String> ofGroup = new TreeMap<>();

    private Units() {}

    /** Of all services in the routes, whether they run or not: all instances have the same ones. */
    public static Units of(Catalogue catalogue) {
        Units units = new Units();
        Map<String, Set<String>> groups = new TreeMap<>();
        catalogue.apis().forEach((service, apis) -> {
            Set<String> own = groups.computeIfAbsent(service, name -> new TreeSet<>());
            apis.forEach(api -> own.add(Gateway.group(api)));
        });
        groups.forEach((service, own) -> units.join(own));
        groups.forEach((service, own) ->
                own.stream().findFirst().ifPresent(group -> units.ofService.put(service, units.ofGroup(group))));
        return units;
    }

    private void join(Set<String> groups) {
        Set<String> all = new TreeSet<>(groups);
        groups.forEach(group -> ofGroup.forEach((other, unit) -> {
            if (unit.equals(ofGroup.get(group))) {
                all.add(other);
            }
        }));
        all.forEach(group -> ofGroup.put(group, all.iterator().next()));
    }

    public String ofService(String service) {
        return ofService.getOrDefault(service, service);
    }

    /** @param group an API's name without "hendelser" */
    public String ofGroup(String group) {
        return ofGroup.getOrDefault(group, group);
    }

    /** The same for two instances whose units are the same. */
    public String plan() {
        CRC32 hash = new CRC32();
        hash.update((ofService + " " + ofGroup).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) hash.getValue());
    }
}
