package no.delingsruter.store.answers;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import no.delingsruter.support.OwnerOnlyFiles;

/**
 * A file of records that outlive the process, though not the machine; one that a kill has cut short ends the reading. Not a
 * {@code FileChannel}: an interrupted thread would close it for all. Guarded by {@link ResponseJournal}.
 */
final class JournalSegment implements AutoCloseable {
    /** It does not grow beyond this. */
    static final long MOST_BYTES = 64_000_000;

    private static final int LENGTH = 4;

    private final RandomAccessFile file;
    private long size;
    private boolean halfWritten;
    /** Records whose lookups are under way, or not on disk yet as ended. */
    int needed;

    JournalSegment(Path path) throws IOException {
        OwnerOnlyFiles.file(path);
        file = new RandomAccessFile(path.toFile(), "rw");
        size = file.length();
    }

    long size() {
        return size;
    }

    /** What an earlier life of the process has left; to be called before anything is appended. */
    List<byte[]> read() throws IOException {
        byte[] all = new byte[(int) Math.min(size, MOST_BYTES)];
        file.seek(0);
        file.readFully(all);
        List<byte[]> records = new ArrayList<>();
        ByteBuffer left = ByteBuffer.wrap(all);
        while (left.remaining() > LENGTH) {
            int length = left.getInt();
            if (length <= 0 || length > left.remaining()) {
                break;
            }
            byte[] record = new byte[length];
            left.get(record);
            records.add(record);
        }
        return records;
    }

    /** @return false when there is no room for it; what may then be half written is written over */
    boolean append(byte[] record) {
        if (size + record.length > MOST_BYTES) {
            return false;
        }
        byte[] written = ByteBuffer.allocate(LENGTH + record.length)
                .putInt(record.length)
                .put(record)
                .array();
        try {
            if (halfWritten) {
                file.seek(size);
            }
            halfWritten = true;
            file.write(written);
            halfWritten = false;
        } catch (IOException e) {
            return false;
        }
        size += written.length;
        needed++;
        return true;
    }

    /** @return false when it cannot be emptied */
    boolean clear() {
        try {
            if (size > 0) {
                file.setLength(0);
                size = 0;
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
