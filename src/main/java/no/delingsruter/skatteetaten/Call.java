package no.delingsruter.skatteetaten;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import no.delingsruter.model.CallFailedException;
import no.delingsruter.model.CallFailedException.Answer;
import no.delingsruter.model.CallFailedException.Kind;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.observation.Spans;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** One call to one of Skatteetaten's APIs: what is asked, and what was answered. It travels as an exchange property. */
public final class Call {
    private static final String PROPERTY = "skatteetaten.call";
    private static final String SHARED = "skatteetaten.shared";

    public final String api;
    public final String organisation;
    final String scope;
    public final String path;
    public final String query;
    /** Media type asked for; null for the usual one. */
    String accept;
    /** The path with names for what it is filled in with; it names nobody. */
    private String template = "";

    /** Sent by POST, as JSON; null for a GET. */
    public byte[] post;

    /** Null for a call that an operator makes. */
    @Nullable
    String service;

    /** Empty for a list. */
    String lookup = "";

    private @Nullable Access access;
    /** Sent as If-None-Match; null for none. */
    public String ifNoneMatch;

    String token;
    /** For how long the server may be at it still, when it was given up. */
    Duration stillOpen = Duration.ZERO;

    private long began;
    private long ended;
    private String korrelasjonsid;
    private int status;
    private byte[] body = {};
    private String contentType = "";
    private String etag;
    private Runnable answered = () -> {};
    private @Nullable String unreadable;

    /**
     * @param api   host name part
     * @param path  from the version on, encoded
     * @param query encoded, null for none
     */
    public Call(String api, String organisation, String scope, String path, String query) {
        this.api = api;
        this.organisation = organisation;
        this.scope = scope;
        this.path = path;
        this.query = query;
    }

    /** What may be known of the exchange's call, if it has one. */
    public static void tell(Exchange exchange, Spans.Span span) {
        Call call = exchange.getProperty(PROPERTY, Call.class);
        if (call != null) {
            call.tell(span);
        }
    }

    /** @throws IllegalStateException when the exchange carries no call */
    public static Call of(Exchange exchange) {
        Call call = exchange.getProperty(PROPERTY, Call.class);
        if (call == null) {
            throw new IllegalStateException("no call has been prepared for skatteetaten:");
        }
        return call;
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** The exchange's part of a call that was made for several; it is to be answered once. */
    public void shareWith(Exchange exchange) {
        exchange.setProperty(SHARED, this);
    }

    /** Whether a call that was made for several has an answer for the exchange. */
    public static boolean isShared(Exchange exchange) {
        return exchange.getProperty(SHARED) != null;
    }

    /** Makes the exchange's part of a shared call its call. */
    public static void takeShared(Exchange exchange) {
        ((Call) exchange.removeProperty(SHARED)).attachTo(exchange);
    }

    /** One of {@code of} parts of this call's answer, as if it had been asked for alone. */
    public Call part(byte[] answer, int of) {
        Call part = new Call(api, organisation, scope, path, query).accepting(accept);
        part.access = access;
        part.token = token;
        part.korrelasjonsid = korrelasjonsid;
        part.began = began;
        part.answered(status, answer, contentType, null);
        part.ended = began + nanos() / of;
        return part;
    }

    void begins(String id) {
        korrelasjonsid = id;
        began = System.nanoTime();
    }

    /** @param names the path with names for what it is filled in with */
    public Call template(String names) {
        template = names;
        return this;
    }

    /** What may be known of it: nothing that it was filled in with. */
    public void tell(Spans.Span span) {
        span.put(Spans.METHOD, post == null ? "GET" : "POST")
                .put(Spans.TEMPLATE, template.isEmpty() ? null : template)
                .put(Spans.STATUS, status == 0 ? null : status)
                .put(Spans.KORRELASJONSID, korrelasjonsid);
    }

    /** @param accepted media type */
    public Call accepting(String accepted) {
        accept = accepted;
        return this;
    }

    /** @param own what the service's calls carry of its own */
    public Call by(Access own) {
        access = own;
        return this;
    }

    /** The same number for another try of the same. */
    int asksFor() {
        return Objects.hash(path, query, Arrays.hashCode(post));
    }

    /** Sent beside ours, by name; secret. */
    Map<String, String> headers() {
        return access == null ? Map.of() : access.headers(organisation);
    }

    /** Where it goes; null for where the API is. */
    public @Nullable String url() {
        return access == null ? null : access.url();
    }

    /**
     * Whose call it is: none is made while an operator wants that to stand still.
     *
     * @param ofService null for a call that an operator asks for
     * @param ofLookup  empty for the event list
     */
    public Call of(@Nullable String ofService, String ofLookup) {
        service = ofService;
        lookup = ofLookup;
        return this;
    }

    /** The configuration key of where it goes. */
    String urlKey() {
        return access == null ? Access.URL : access.urlKey();
    }

    /** What a proxy refuses with the answer; empty for nothing. */
    String refusedByProxy() {
        return access == null ? "" : access.hint(this);
    }

    /** @param json sent as the body */
    public Call posting(byte[] json) {
        post = json;
        return this;
    }

    /** @param kept run when the answer is there, before the permit goes back */
    public Call whenAnswered(Runnable kept) {
        answered = kept;
        return this;
    }

    /** The call as it was answered before. */
    public Call with(FetchedAnswer answer) {
        korrelasjonsid = answer.korrelasjonsid();
        answered(answer.status(), answer.body(), answer.contentType(), null);
        ended = began;
        return this;
    }

    public void answered(int httpStatus, byte[] answer, String type, String tag) {
        ended = System.nanoTime();
        status = httpStatus;
        body = answer == null ? new byte[0] : answer;
        contentType = type == null ? "" : type;
        etag = tag;
        readable();
        answered.run();
    }

    /** Receivers, store and files hold text: what is read, kept and delivered from here on is UTF-8. */
    private void readable() {
        String mediaType = Formats.mediaType(contentType);
        if (mediaType == null) {
            return;
        }
        try {
            byte[] utf8 = Utf8.of(contentType, body);
            if (utf8 != body) {
                body = utf8;
                contentType = mediaType;
            }
        } catch (BrokenAnswerException e) {
            unreadable = e.getMessage();
        }
    }

    /**
     * What the answer is, by its content type; null when it is neither JSON nor XML.
     *
     * @throws BrokenAnswerException when it is no text
     */
    public @Nullable String mediaType() {
        if (unreadable != null) {
            throw new BrokenAnswerException(unreadable);
        }
        return Formats.mediaType(contentType);
    }

    public int status() {
        return status;
    }

    /** As received, after decompression, JSON and XML in UTF-8; empty for none. */
    public byte[] body() {
        return body;
    }

    /** Empty for none. */
    public String contentType() {
        return contentType;
    }

    /** Null for none. */
    public String etag() {
        return etag;
    }

    public String korrelasjonsid() {
        return korrelasjonsid;
    }

    /** From the request to the end of the answer. */
    public long nanos() {
        return ended - began;
    }

    /** @param kode null for none */
    public CallFailedException failed(Kind kind, String reason, String kode) {
        return new CallFailedException(kind, reason, new Answer(status, kode, korrelasjonsid), null);
    }

    @Override
    public String toString() {
        return "call to " + api;
    }
}
