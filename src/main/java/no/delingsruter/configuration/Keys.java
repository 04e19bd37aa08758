package no.delingsruter.configuration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every configuration key with its default. A key that begins with {@code <service>}, {@code <api>} or
 * {@code <organisation>} stands for one key of each service, API or organisation.
 */
public final class Keys {
    private static final Pattern PART = Pattern.compile("<([^>]+)>");
    private static final List<Key> ALL = new ArrayList<>();

    static {
        key("services", "", "Which services of the catalogue run, comma separated");
        key(
                "organisations",
                "",
                "Organisation numbers acted for, comma separated; empty: only your own (or maskinporten.consumer-org)");
        key(
                "skatteetaten.url",
                "https://{api}.api.skatteetaten.no",
                "Where the APIs are; {api} is the host name part of each");
        key("skatteetaten.url.<api>", null, "The same for one API");
        key(
                "skatteetaten.max-in-flight",
                "5",
                "Calls open at once per organisation and API (the list counts with its API)");
        key("skatteetaten.format", "json", "json or xml");
        duration("skatteetaten.request-timeout", "30s", "The longest one call may take");
        duration("skatteetaten.connect-timeout", "5s", "The longest a connection may take to open");
        key(
                "skatteetaten.max-response-bytes",
                "20000000",
                "An answer larger than this, or than a sixteenth of the heap, is not read");
        key("proxy.url", "", "The forward proxy to Skatteetaten, Fiks and Maskinporten, such as http://proxy:3128");
        key("proxy.user", "", "Its user, where it asks for one");
        secret("proxy.password", "The password");
        key(
                "proxy.none-for",
                "",
                "What is called without it, comma separated: a host, with a port or without; *.example.no for a whole domain; an address; a network such as 10.0.0.0/8; * for all. Where proxy.url is empty, HTTPS_PROXY counts, and NO_PROXY beside this key");
        key(
                "tls.ca-file",
                "",
                "Certificates (PEM) of authorities that are trusted beside the JVM's, such as your proxy's");
        key("tls.trust-store", "", "PKCS#12 or JKS file with the authorities that are trusted, in place of the JVM's");
        secret("tls.trust-store-password", "Its password");
        key("tls.key-store", "", "PKCS#12 or JKS file with the client certificate, where a gateway wants one");
        secret("tls.key-store-password", "Its password");
        key("maskinporten.token-url", "https://maskinporten.no/token", "Where tokens are asked for");
        key("maskinporten.audience", "https://maskinporten.no/", "The issuer, with its trailing slash");
        key("maskinporten.client-id", "", "Your client at Maskinporten");
        key(
                "maskinporten.consumer-org",
                "",
                "Organisation number you act for by delegation in Altinn; empty: your own");
        key(
                "maskinporten.systembruker",
                "",
                "Organisation number you act for as its systembruker in Altinn, where the API asks for that; empty: none");
        key("maskinporten.keystore", "", "Certificate key: PKCS#12 file");
        secret("maskinporten.keystore-password", "Its password");
        key("maskinporten.key-alias", "", "The key's alias, when the file holds several");
        secret("maskinporten.key-password", "The key's password, when it differs from the file's");
        secret("maskinporten.jwk", "Registered key: file with the private JWK");
        secret("maskinporten.private-key", "Registered key: file with the private key as PEM (PKCS#8)");
        key("maskinporten.key-id", "", "The registered key's kid; required with maskinporten.private-key");
        key(
                "maskinporten.key-expires",
                "",
                "The registered key's last day, such as 2027-01-31; said daily in the thirty days before it");
        key("fiks.environment", "production", "Which Fiks: test or production; for services with <service>.via=fiks");
        key("fiks.url", "", "Where Fiks is, when it is neither; empty: by fiks.environment");
        key("fiks.integrasjon-id", "", "The integration's id (UUID), from the Fiks administration");
        secret("fiks.integrasjon-passord", "The integration's password, read again for each call");
        key("fiks.rolle-id", "", "The role's id in Fiks, in the right tjenesteområde");
        key(
                "routes.reload",
                "false",
                "true: routes and Kamelets that are saved take effect while the job runs; for development");
        key("store.url", "jdbc:h2:file:./data/delingsruter", "The store: H2 or PostgreSQL");
        key(
                "failover",
                "strict",
                "strict: an instance that takes over from a lost one waits until no call of that can be open; quick: it waits three times the slowest call of the last hour");
        duration(
                "failover.lease",
                "6s",
                "How long an instance that does not answer keeps its work (PostgreSQL); it is renewed three times as often");
        key("store.user", "", "Database user");
        secret("store.password", "Database password");
        key(
                "store.answers",
                "",
                "Folder for answers that are not delivered yet; empty: beside the H2 file, or ./data; none: nowhere");
        key(
                "delivery.endpoints",
                "direct:database",
                "Camel endpoints that each result is delivered to, comma separated");
        key(
                "delivery.endpoint.<n>",
                null,
                "One endpoint, whatever its address holds; these, by number, in place of delivery.endpoints");
        key(
                "delivery.headers",
                "service,organisation,lookup,gjelderPeriode,qualifier,sekvensnummer,outcome,change,version,incomplete,identityChanged,payloadHash,fetchedAt,korrelasjonsid,idempotencyKey",
                "Headers of a result that leave by HTTP, JMS and the like; identifikator only when it is added here");
        key("delivery.unchanged", "skip", "Results equal to the last one for their key: skip or deliver");
        key("file.directory", "out", "Where direct:file writes");
        key("file.permissions", "rw-------", "Who may read its files; rw-r----- for a receiver of the same group");
        key(
                "file.roll-size",
                "",
                "Result files are finished at this size, such as 100MB, and never touched again; empty: one for each day");
        duration("file.roll-every", "", "Result files are finished at this age, such as 1h; empty: one for each day");
        key("file.checksum", "none", "Beside each finished file, its digest in <file>.sha256: sha256, or none");
        key("sftp.address", "", "Where direct:sftp sends its files: host, host:port or host:port/folder");
        key("sftp.user", "", "Its user");
        secret("sftp.password", "Its password, where there is no key");
        key("sftp.private-key", "", "File with the user's private key");
        key("sftp.known-hosts", "", "File with the server's key, as ssh-keyscan writes it");
        key("sftp.spool", "spool/sftp", "Folder where its files wait; must outlive the process");
        key("s3.bucket", "", "Where direct:s3 puts its files");
        key("s3.prefix", "", "Before the names of its objects, such as skatt/");
        key("s3.region", "eu-north-1", "The bucket's region");
        key("s3.endpoint", "", "Address of an object store that is not Amazon's; empty: Amazon's");
        secret("s3.access-key", "Its access key");
        secret("s3.secret-key", "Its secret key");
        key("s3.spool", "spool/s3", "Folder where its files wait; must outlive the process");
        key("jms.broker-url", "tcp://localhost:61616", "The broker of direct:jms");
        key("jms.user", "", "Broker user");
        secret("jms.password", "Broker password");
        duration("jms.send-timeout", "10s", "The longest the broker may take to accept a message");
        key("jms.destination", "queue:delingsruter", "Where direct:jms sends");
        key("kafka.brokers", "localhost:9092", "The brokers of direct:kafka, comma separated");
        key("kafka.topic", "delingsruter", "Where direct:kafka sends");
        key(
                "kafka.key",
                "hash",
                "Record key: hash, a keyed one for each result, or identifikator, one for all of a person's or organisation's");
        key("kafka.cloudevents", "false", "true: its records are CloudEvents (binary mode)");
        key("kafka.security-protocol", "PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL");
        key("kafka.sasl-mechanism", "SCRAM-SHA-512", "With SASL: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER");
        secret("kafka.sasl-jaas-config", "With SASL: the login module, with user and password");
        key("amqp.url", "amqp://localhost:5672", "The broker of direct:amqp");
        key("amqp.user", "", "Its user");
        secret("amqp.password", "Its password");
        key("amqp.destination", "queue:delingsruter", "Where direct:amqp sends");
        key(
                "outbox.aggregate-id",
                "hash",
                "aggregateid of direct:outbox: hash, a keyed one for each result, or identifikator, one for all of a person's or organisation's");
        duration(
                "outbox.keep",
                "",
                "How long rows of direct:outbox stay in the table, such as 7d; empty: until you remove them");
        key("webhook.url", "", "Where direct:webhook posts");
        secret(
                "webhook.secret",
                "Signs what it posts: whsec_ and Base64; two with a space between while it is being changed; empty: not signed");
        key("webhook.cloudevents", "false", "true: what it posts are CloudEvents (binary mode)");
        key("database.url", "", "The database of direct:database; empty: the store");
        key("database.user", "", "Its user");
        secret("database.password", "Its password");
        key("lookup.workers", "10", "Results prepared and delivered at once per lookup and organisation");
        key("lookup.tries", "3", "Tries before a lookup that is refused for its key is parked");
        key("lookup.busy-tries", "12", "Tries before a lookup that fails while others succeed is parked");
        duration(
                "lookup.first-pause",
                "1s",
                "Pause after the first failed try, a quarter of it after a 429; doubled after each");
        duration("lookup.longest-pause", "10m", "The longest pause between two tries");
        duration("watch.interval", "5s", "How often the watch list is looked at for new and removed keys");
        key(
                "watch.directory",
                "watch",
                "Folder for CSV and JSON-lines files of keys to add to or remove from the watch list");
        key(
                "watch.endpoint",
                "direct:watch",
                "Camel endpoint for messages that add keys to or remove them from the watch list");
        key("management.port", "0", "Port for health, metrics, the page and /api; 0: none");
        key(
                "management.host",
                "127.0.0.1",
                "Address that management.port listens on; 0.0.0.0 where probes and Prometheus come by the network, as in Kubernetes");
        key(
                "management.tokens-file",
                "",
                "File of who may use the page and /api: a line for each, name, roles (read, operate, reveal) and token; read again when it changes");
        key(
                "management.user-header",
                "",
                "Header in which a proxy in front says who asks, such as X-Forwarded-User; empty: none is believed");
        key(
                "management.roles-header",
                "",
                "Header in which it says what that one may do: read, operate, reveal; empty: read");
        key(
                "management.proxies",
                "127.0.0.1,::1",
                "Addresses and networks, such as 10.0.0.0/8, from which these two headers are believed");
        duration("progress.interval", "30s", "How often progress is logged while there is work; hardly ever: 365d");
        duration(
                "watchdog.longest-silence",
                "60s",
                "What has work and does not get on for so long, and for three request time-outs, is said to be stalled");
        key(
                "outcome.<api>.<status>",
                null,
                "What an answer of that status means: none, deleted, busy, refused, refused-for-all");
        key("outcome.<api>.<status>.<kode>", null, "The same for one kode");
        key("<service>.rettighetspakke", null, "Your rettighetspakke for the service");
        key(
                "<service>.start",
                "first",
                "Where to begin without a checkpoint: first, now, a date, or a sequence number");
        duration("<service>.poll-interval", "60s", "Pause when the list has nothing new");
        key("<service>.page-size", "1000", "Events asked for at a time");
        key(
                "<service>.cursor",
                "auto",
                "Whether the list answers with the number it is asked from: auto (found out, hourly), inclusive or exclusive");
        key(
                "<service>.look-back",
                "100",
                "What is read again behind the last number, for what turns up late: so many numbers, or what was read within a time (10m); costs no calls, but longer answers");
        key(
                "<service>.first-number",
                null,
                "The lowest number that an event of the list may have, where the route does not say; 0 or 1");
        key(
                "<service>.one-per-key",
                null,
                "true: an answer of the list holds a key once, and a number vanishes when its key gets another; goes before the route's");
        key("<service>.follow", "all", "all, or watched: only what stands in the watch list");
        key("<service>.lookups", null, "Which of the service's lookups run, comma separated; empty: the first");
        key(
                "<service>.rettighetspakke.<lookup>",
                null,
                "Your rettighetspakke for one of the service's lookups, where it differs");
        secret(
                "<service>.header.<name>",
                "A header that the service's calls carry beside ours, such as a gateway's key; secret, and read again for each call");
        key("<service>.format", null, "json or xml, where it differs from skatteetaten.format");
        key("<service>.via", null, "fiks: the service is asked through KS Fiks; empty: directly");
        key(
                "<service>.snapshot",
                "false",
                "true: the state at each event (gjelderPaaTidspunkt) where the API has that; false: the state now");
        key(
                "<service>.bulk",
                "1",
                "Lookups that share one call, where the API has bulk lookups; at most 1000 and lookup.workers. 1: each its own call");
        key(
                "<service>.version.<year>",
                null,
                "Version of the lookup for events of a year, where lookups are versioned by year: v5");
        key(
                "<service>.list-path",
                null,
                "Path of the event list from the version on, where the catalogue does not know it or is not sure of it");
        key(
                "<service>.lookup-path",
                null,
                "Path and query of the lookup from the version on, where the catalogue does not know it or is not sure");
        key("<service>.lookup-path.<lookup>", null, "The same for one of several lookups");
        key(
                "<service>.identifikator-field",
                null,
                "The event's field that the lookup is by, where the catalogue does not know it or is not sure; goes before the route's");
        key("<service>.period-field", null, "The event's field that holds the period, likewise");
        key(
                "<service>.qualifier-field",
                null,
                "The event's field that holds what else the lookup needs (kommunenummer, trekkid), likewise");
        key(
                "<service>.watch-periods",
                "last",
                "First lookups of watched keys without gjelderPeriode: none, or last, last 3, 2023, 2020..2023, 2024-05");
        key(
                "<service>.identity-change",
                "event",
                "event: another identifikator in the answer needs an identity change in the event; trust: it does not");
        key("organisation.<organisation>.<service>.rettighetspakke", null, "One organisation's own rettighetspakke");
        key(
                "organisation.<organisation>.<service>.rettighetspakke.<lookup>",
                null,
                "The same for one of several lookups");
        secret("organisation.<organisation>.<service>.header.<name>", "One organisation's own value of such a header");
        key(
                "organisation.<organisation>.maskinporten.systembruker",
                null,
                "The organisation acted for as its systembruker, usually the same number");
        key("organisation.<organisation>.fiks.integrasjon-id", null, "One organisation's own integration in Fiks");
        secret("organisation.<organisation>.fiks.integrasjon-passord", "Its password");
        key("organisation.<organisation>.fiks.rolle-id", null, "One organisation's own role in Fiks");
        key("organisation.<organisation>.<service>.start", null, "Where one organisation begins");
        key("organisation.<organisation>.<service>.follow", null, "What one organisation follows");
    }

    private Keys() {}

    /**
     * One key.
     *
     * @param name        as written, with its {@code <...>} parts
     * @param defaultValue null where there is none
     * @param description one sentence
     * @param secret      never shown; a value that begins with {@code file:} is read from that file
     * @param duration    its value is one; a plain number is seconds
     */
    public record Key(
            String name, String defaultValue, String description, boolean secret, boolean duration, Pattern pattern) {
        /** Whether {@code concrete} is this key, its {@code <...>} parts filled in. */
        public boolean matches(String concrete) {
            return pattern.matcher(concrete).matches();
        }

        /** What stands in {@code concrete} for its {@code <...>} parts, by their names. */
        public Map<String, String> parts(String concrete) {
            Map<String, String> parts = new LinkedHashMap<>();
            Matcher names = PART.matcher(name);
            Matcher values = pattern.matcher(concrete);
            while (values.matches() && names.find()) {
                parts.put(names.group(1), values.group(parts.size() + 1));
            }
            return parts;
        }
    }

    public static List<Key> all() {
        return List.copyOf(ALL);
    }

    /** The names of all keys, those of each service by its name; other parts as they stand in {@link #all}. */
    public static List<String> names(Collection<String> services) {
        return ALL.stream()
                .map(Key::name)
                .flatMap(name -> name.startsWith("<service>.")
                        ? services.stream().map(service -> name.replace("<service>", service))
                        : Stream.of(name))
                .toList();
    }

    /** Of these, those that are keys as they are. */
    public static List<String> settable(Collection<String> services) {
        return names(services).stream().filter(name -> !name.contains("<")).toList();
    }

    /** The key that {@code concrete} is an instance of; exact names before patterns. */
    public static Optional<Key> find(String concrete) {
        return ALL.stream()
                .filter(key -> key.name().equals(concrete))
                .findFirst()
                .or(() -> ALL.stream().filter(key -> key.matches(concrete)).findFirst());
    }

    private static void key(String name, String defaultValue, String description) {
        ALL.add(new Key(name, defaultValue, description, false, false, pattern(name)));
    }

    private static void duration(String name, String defaultValue, String description) {
        ALL.add(new Key(name, defaultValue, description, false, true, pattern(name)));
    }

    private static void secret(String name, String description) {
        ALL.add(new Key(name, "", description, true, false, pattern(name)));
    }

    private static Pattern pattern(String name) {
        StringBuilder regex = new StringBuilder();
        for (String part : name.split("(?=<)|(?<=>)", -1)) {
            regex.append(
                    switch (part) {
                        case "<status>" -> "(\\d{3})";
                        case "<year>" -> "(\\d{4})";
                        default -> part.startsWith("<") ? "([A-Za-z0-9_-]+)" : Pattern.quote(part);
                    });
        }
        return Pattern.compile(regex.toString());
    }
}
