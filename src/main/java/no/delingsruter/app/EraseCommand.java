package no.delingsruter.app;

import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import no.delingsruter.model.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has all that is held of one person erased, as a row of the watch list does. */
@Command(
        name = "erase",
        description =
                "Erases what is held of one person, and stops following that person; the job does so at watch.interval.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:asked for", " 1:not done, and why", " 2:the command cannot be used"})
final class EraseCommand extends OperatorCommand {
    private final @Nullable String input;

    @Mixin
    private OnePerson person;

    @Mixin
    private WishOptions options;

    /** @param input what came with the arguments; null where it is to be read here */
    EraseCommand(OperatorAccess access, @Nullable String input) {
        super(access);
        this.input = input;
    }

    @Override
    public Integer call() {
        options.check(spec, true);
        String identifikator = person.of(spec, input);
        return run(
                person.with(options.with(Arguments.of(spec))),
                identifikator,
                (operator, out) -> erase(operator, identifikator, out));
    }

    private int erase(OperatorAccess.Operator operator, String identifikator, PrintWriter out) {
        Set<Scope> lists = new LinkedHashSet<>(operator.parts().person().lists());
        lists.addAll(operator.parts().lanes().lists(Scope.ALL));
        lists.removeIf(list -> !options.scope().covers(list));
        if (lists.isEmpty()) {
            // Says what there is
            lists.addAll(operator.parts().lanes().lists(options.scope()));
        }
        long still = lists.stream()
                .filter(list -> operator.parts().lanes().all().stream().noneMatch(list::covers))
                .count();
        lists.forEach(list -> operator.parts().person().erase(identifikator, list));
        operator.parts()
                .operations()
                .record(
                        options.wish("erase", Map.of("key", operator.hash().of(identifikator))),
                        "Asked of the watch list, in " + lists.size() + " lists; its own row says what was reached");
        out.printf(
                Locale.ROOT,
                "To be erased from %,d lists%s at watch.interval; `operations` says what was reached.%n",
                lists.size(),
                still == 0 ? "" : ", " + still + " of them of services that do not run,");
        return CommandLine.ExitCode.OK;
    }
}
