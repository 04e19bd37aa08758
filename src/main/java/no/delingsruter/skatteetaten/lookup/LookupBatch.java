package no.delingsruter.skatteetaten.lookup;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.skatteetaten.Call;

/** Lookups that share a call: what each asks for, and the part of the answer that each waits for. */
final class LookupBatch {
    private final Map<String, CompletableFuture<Call>> parts = new LinkedHashMap<>();
    private boolean complete;

    /** @return false when the same is asked for already */
    boolean add(String id) {
        return parts.putIfAbsent(id, new CompletableFuture<>()) == null;
    }

    Set<String> ids() {
        return parts.keySet();
    }

    int size() {
        return parts.size();
    }

    /** No more join. */
    void complete() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** @param call null when the answer has nothing for it */
    void answer(String id, Call call) {
        parts.get(id).complete(call);
    }

    /** Each lookup is made alone. */
    void dissolve() {
        parts.values().forEach(part -> part.complete(null));
    }

    void fail(CallFailedException failure) {
        parts.values().forEach(part -> part.completeExceptionally(failure));
    }

    /**
     * Waits for the shared call.
     *
     * @return null when the lookup is to be made alone
     * @throws CallFailedException when the shared call failed
     */
    Call part(String id, long millis) throws InterruptedException {
        try {
            return parts.get(id).get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw (CallFailedException) e.getCause();
        } catch (TimeoutException e) {
            throw new CallFailedException(
                    Kind.NOT_NOW, "the call that was shared with others has not ended", null, null);
        }
    }
}
