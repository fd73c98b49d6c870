package app.keepsake.search;

/** Which part of a result to answer; the first page is 1. */
public record Page(long number, int size) {

    static final int LARGEST = 1000;

    public Page {
        if (number < 1 || number > Integer.MAX_VALUE || size < 1 || size > LARGEST) {
            throw new IllegalArgumentException("no such page: " + number + " of " + size);
        }
    }

    long offset() {
        return (number - 1) * size;
    }
}
