package no.delingsruter.store.answers;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import no.delingsruter.model.FetchedAnswer;
import no.delingsruter.model.LookupKey;
import no.delingsruter.support.KeyedHash;
import org.jspecify.annotations.Nullable;

/** Answers as encrypted records: AES-GCM with a key that comes from the installation's secret, which is in the store alone. */
class RecordCipher {
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final String name;
    /** Nonces count up from somewhere in 96 bits, so that none comes twice, in this life of the process or in another. */
    private final int life = new SecureRandom().nextInt();

    private final AtomicLong number = new AtomicLong(new SecureRandom().nextLong());
    private final ThreadLocal<Cipher> ciphers = ThreadLocal.withInitial(RecordCipher::cipher);

    /**
     * An answer, and the state of the lookup that it answers.
     *
     * @param due when the lookup is due again, for its delivery has failed; null while it is under way for the first time
     */
    record Entry(
            LookupKey key,
            long latestSekvensnummer,
            int revision,
            FetchedAnswer answer,
            @Nullable Instant due) {
        @Override
        public String toString() {
            return "answer for " + key;
        }
    }

    /** @param secret of the installation */
    RecordCipher(byte[] secret) {
        KeyedHash hash = new KeyedHash(secret);
        key = new SecretKeySpec(hash.bytes("answers"), "AES");
        name = HexFormat.of().formatHex(hash.bytes("name"), 0, 4);
    }

    /** Eight characters that tell installations apart. */
    String name() {
        return name;
    }

    byte[] close(Entry entry) {
        byte[] nonce = ByteBuffer.allocate(NONCE)
                .putInt(life)
                .putLong(number.getAndIncrement())
                .array();
        byte[] plain = bytes(entry);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, nonce);
            byte[] record = Arrays.copyOf(nonce, NONCE + cipher.getOutputSize(plain.length));
            cipher.doFinal(plain, 0, plain.length, record, NONCE);
            return record;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is part of every JDK", e);
        }
    }

    /** @throws GeneralSecurityException when the record is not whole, or not of this installation */
    Entry open(byte[] record) throws GeneralSecurityException {
        return entry(cipher(Cipher.DECRYPT_MODE, record).doFinal(record, NONCE, record.length - NONCE));
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = ciphers.get();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, 0, NONCE));
        return cipher;
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is part of every JDK", e);
        }
    }

    private static byte[] bytes(Entry entry) {
        LookupKey key = entry.key;
        FetchedAnswer answer = entry.answer;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(answer.body().length + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String part : List.of(
                    key.service(),
                    key.organisation(),
                    key.lookup(),
                    key.identifikator(),
                    key.gjelderPeriode(),
                    key.qualifier(),
                    answer.contentType(),
                    answer.korrelasjonsid(),
                    answer.by())) {
                out.writeUTF(part);
            }
            out.writeLong(key.snapshot());
            out.writeLong(entry.latestSekvensnummer);
            out.writeInt(entry.revision);
            out.writeInt(answer.status());
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, answer.at()));
            out.writeInt(answer.body().length);
            out.write(answer.body());
            if (entry.due != null) {
                out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.due));
            }
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
        return bytes.toByteArray();
    }

    private static Entry entry(byte[] plain) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            String[] parts = new String[9];
            for (int i = 0; i < parts.length; i++) {
                parts[i] = in.readUTF();
            }
            LookupKey key = new LookupKey(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], in.readLong());
            long latest = in.readLong();
            int revision = in.readInt();
            int status = in.readInt();
            Instant at = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
            FetchedAnswer answer =
                    new FetchedAnswer(parts[8], status, parts[6], parts[7], in.readNBytes(in.readInt()), at);
            Instant due = in.available() > 0 ? Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS) : null;
            return new Entry(key, latest, revision, answer, due);
        } catch (IOException e) {
            throw new IllegalStateException("in memory", e);
        }
    }
}
