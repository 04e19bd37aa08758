package no.delingsruter.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import no.delingsruter.configuration.ConfigurationException;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** What a start would run in a database, for an administrator to run instead, with the rows of Flyway's history that a start looks for. */
public final class SchemaScript {
    private static final Pattern NAME = Pattern.compile("V(\\d+)__(\\w+)\\.sql");
    private static final String HISTORY = """
            create table if not exists "%1$s" (
                "installed_rank" int not null constraint "%1$s_pk" primary key,
                "version" varchar(50),
                "description" varchar(200) not null,
                "type" varchar(20) not null,
                "script" varchar(1000) not null,
                "checksum" int,
                "installed_by" varchar(100) not null,
                "installed_on" timestamp default current_timestamp not null,
                "execution_time" int not null,
                "success" boolean not null
            );
            create index if not exists "%1$s_s_idx" on "%1$s" ("success");
            """.formatted(SchemaHistory.TABLE);

    private record Migration(int version, String description, Resource resource) {}

    private SchemaScript() {}

    /**
     * @param url    of the store
     * @param schema to make and to use; empty: the one of whoever runs the script
     * @param role   that gets the rights a job needs; empty: none
     * @param above  only what is of later versions than this one
     */
    public static String ofStore(String url, String schema, String role, int above) {
        String kind = DatabaseAddress.kind("store", url);
        return migrations(schema, role, above, "db/" + kind, "db/" + kind + "-result");
    }

    /**
     * The same of the database of direct:database.
     *
     * @throws ConfigurationException when it is of a kind for which the rights are not known
     */
    public static String ofReceiver(String url, String schema, String role, int above) {
        Dialect dialect = Dialect.of("database", url);
        if (dialect.hasHistory()) {
            return migrations(schema, role, above, "db/" + dialect.text() + "-result");
        }
        if (!schema.isEmpty() || !role.isEmpty()) {
            throw new ConfigurationException(
                    "--schema and --role are for PostgreSQL and H2; here the administrator chooses them.");
        }
        return ReceiverTables.script(dialect)
                + "\n-- The user of the job needs: select, insert, update and delete on result and result_earlier; select on result_history.\n";
    }

    private static String migrations(String schema, String role, int above, String... folders) {
        List<Migration> migrations = migrations(folders);
        StringBuilder script = new StringBuilder("-- The tables of Delingsruter, up to schema ")
                .append(migrations.get(migrations.size() - 1).version())
                .append(". Stop at the first error: psql -v ON_ERROR_STOP=1 --single-transaction\n\n");
        if (!schema.isEmpty()) {
            script.append("create schema if not exists ").append(name(schema)).append(";\n");
            script.append("set search_path to ").append(name(schema)).append(";\n\n");
        }
        script.append(HISTORY).append('\n');
        for (Migration migration : migrations) {
            if (migration.version() > above) {
                script.append(text(migration.resource()))
                        .append('\n')
                        .append(row(migration))
                        .append("\n\n");
            }
        }
        if (!role.isEmpty()) {
            String in = schema.isEmpty() ? "public" : name(schema);
            script.append("grant usage on schema ")
                    .append(in)
                    .append(" to ")
                    .append(name(role))
                    .append(";\n");
            script.append("grant select, insert, update, delete on all tables in schema ")
                    .append(in)
                    .append(" to ")
                    .append(name(role))
                    .append(";\n");
        }
        return script.toString();
    }

    private static String row(Migration migration) {
        return ("insert into \"%1$s\" (\"installed_rank\", \"version\", \"description\", \"type\", \"script\", \"checksum\","
                        + " \"installed_by\", \"execution_time\", \"success\") select coalesce(max(\"installed_rank\"), 0) + 1, '%2$d',"
                        + " '%3$s', 'SQL', '%4$s', %5$d, current_user, 0, true from \"%1$s\";")
                .formatted(
                        SchemaHistory.TABLE,
                        migration.version(),
                        migration.description().replace('_', ' '),
                        migration.resource().getFilename(),
                        SchemaHistory.checksum(migration.resource()));
    }

    private static List<Migration> migrations(String... folders) {
        List<Migration> migrations = new ArrayList<>();
        try {
            for (String folder : folders) {
                for (Resource script : new PathMatchingResourcePatternResolver(SchemaScript.class.getClassLoader())
                        .getResources("classpath:" + folder + "/V*.sql")) {
                    Matcher name = NAME.matcher(Objects.requireNonNull(script.getFilename()));
                    if (name.matches()) {
                        migrations.add(new Migration(Integer.parseInt(name.group(1)), name.group(2), script));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        migrations.sort(Comparator.comparingInt(Migration::version));
        return migrations;
    }

    private static String text(Resource script) {
        try {
            return script.getContentAsString(StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(String given) {
        if (!given.matches("\\w+")) {
            throw new ConfigurationException("'" + given + "' is not taken as a name: letters, digits and _ alone.");
        }
        return '"' + given + '"';
    }
}
