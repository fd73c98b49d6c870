package app.keepsake.storage;

/** A SHA-1 in the making. Not for more than one thread. */
interface Sha1 extends AutoCloseable {

    void update(byte[] bytes, int offset, int length);

    /** The 20 bytes; the hash takes no more input. */
    byte[] digest();

    @Override
    void close();
}
