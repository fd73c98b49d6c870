package app.keepsake.metadata;

import static app.keepsake.metadata.MetadataFixtures.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.keepsake.jobs.TookTooLong;
import app.keepsake.support.Tool;
import com.adobe.internal.xmp.XMPMetaFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hostile files and failing disks: what a read may cost, and what is never made of it. */
class OriginalReaderTests {

    private final OriginalReader reader = MetadataFixtures.reader(Duration.ofSeconds(60));
    private final Path folder;

    OriginalReaderTests(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void aPngsMetadataIsReadThoughItsTextInflatesWithoutEnd() throws Exception {
        var png = Files.readAllBytes(png(folder, "-EXIF:DateTimeOriginal=2019:01:01 01:01:01"));
        var zeros = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(zeros)) {
            for (int i = 0; i < 1000; i++) {
                deflater.write(new byte[1 << 20]);
            }
        }
        var bomb = folder.resolve("bomb.png");
        try (var out = new DataOutputStream(Files.newOutputStream(bomb))) {
            var afterHeader = 8 + 25;
            out.write(png, 0, afterHeader);
            for (var chunk :
                    new String[] {"zTXtComment\0\0", "iTXtComment\0\1\0\0\0", "iCCPicc\0\0"}) {
                var start = chunk.getBytes(StandardCharsets.ISO_8859_1);
                var crc = new CRC32();
                crc.update(start);
                crc.update(zeros.toByteArray());
                out.writeInt(start.length - 4 + zeros.size());
                out.write(start);
                zeros.writeTo(out);
                out.writeInt((int) crc.getValue());
            }
            out.write(png, afterHeader, png.length - afterHeader);
        }
        var facts = reader.read(bomb, null);
        assertThat(facts.taken())
                .isEqualTo(new Taken(LocalDateTime.parse("2019-01-01T01:01:01"), null));
        assertThat(facts.picture().size()).isEqualTo(new Facts.Size(320, 180));
        assertThat(facts.picture().profile()).isNull();
    }

    @Test
    void aJpegIsReadThoughItsXmpSaysThatItGoesOnForGigabytes() throws Exception {
        var jpeg = Files.readAllBytes(Tool.sample("cyclamen_persicum.jpg"));
        var id = "A".repeat(32);
        var xmp =
                "http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF"
                        + " xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description"
                        + " rdf:about=\"\" xmlns:xmpNote=\"http://ns.adobe.com/xmp/note/\""
                        + " xmpNote:HasExtendedXMP=\"%s\"/></rdf:RDF></x:xmpmeta>".formatted(id);
        var rest =
                "http://ns.adobe.com/xmp/extension/\0" + id + "\u007f\u00ff\u00ff\u00ff\0\0\0\0x";
        var bomb = folder.resolve("bomb.jpg");
        try (var out = new DataOutputStream(Files.newOutputStream(bomb))) {
            out.write(jpeg, 0, 2);
            for (var segment : List.of(xmp, rest)) {
                out.writeShort(0xffe1);
                out.writeShort(segment.length() + 2);
                out.writeBytes(segment);
            }
            out.write(jpeg, 2, jpeg.length - 2);
        }
        assertThat(reader.read(bomb, null).camera().make()).isEqualTo("FUJIFILM");
    }

    @Test
    void aPngsCompressedTextIsRead() throws Exception {
        assertThat(reader.read(png(folder, "-z", "-XMP:Rating=5"), null).words().rating())
                .isEqualTo(5);
        assertThat(reader.read(png(folder, "-XMP:Rating=4"), null).words().rating()).isEqualTo(4);
    }

    @Test
    void aSidecarThatCannotBeUsedLosesNothing() throws Exception {
        var huge = Files.write(folder.resolve("huge.xmp"), new byte[5 << 20]);
        var broken = Files.writeString(folder.resolve("broken.xmp"), "<x");
        var missing = folder.resolve("missing.xmp");
        for (var sidecar : List.of(huge, broken, missing)) {
            assertThat(reader.read(Tool.sample("cyclamen_persicum.jpg"), sidecar).camera().make())
                    .isEqualTo("FUJIFILM");
        }
    }

    @Test
    void aSidecarCannotReadFilesOrGrowWithoutEnd() throws Exception {
        var secret = Files.writeString(folder.resolve("secret"), "the secret");
        var external = "<!ENTITY x SYSTEM \"%s\">".formatted(secret.toUri());
        var growing = new StringBuilder("<!ENTITY x0 \"laugh\">");
        for (int i = 1; i < 40; i++) {
            growing.append("<!ENTITY x%d \"&x%d;&x%d;\">".formatted(i, i - 1, i - 1));
        }
        for (var entities : new String[] {external, growing + "<!ENTITY x \"&x39;\">"}) {
            var sidecar =
                    Files.writeString(
                            folder.resolve("sidecar.xmp"),
                            """
                            <!DOCTYPE d [%s]>
                            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
                              xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                              xmlns:tiff="http://ns.adobe.com/tiff/1.0/">
                              <rdf:Description rdf:about=""><tiff:Make>&x;</tiff:Make>
                              </rdf:Description>
                            </rdf:RDF></x:xmpmeta>
                            """
                                    .formatted(entities));
            assertThat(reader.read(Tool.sample("polemonium_reptans.jpg"), sidecar).camera().make())
                    .isNull();
        }
    }

    /** Its parser takes hours for a million, and nobody can stop it. */
    @Test
    void xmpOfManyPartsHoldsNobodyUp() throws Exception {
        var hasty = MetadataFixtures.reader(Duration.ofSeconds(20));
        var parts = "<rdf:li/>".repeat(150_000);
        var sidecar =
                Files.writeString(
                        folder.resolve("many.xmp"),
                        xmp("<dc:subject><rdf:Bag>%s</rdf:Bag></dc:subject>".formatted(parts)));
        assertThat(hasty.read(Tool.sample("cyclamen_persicum.jpg"), sidecar).camera().make())
                .isEqualTo("FUJIFILM");
        var png = png(folder, "-EXIF:DateTimeOriginal=2019:01:01 01:01:01");
        for (var start :
                List.of("iTXtXML:com.adobe.xmp\0\0\0\0\0", "iTXtXML:com.adobe.xmp\0\1\0\0\0")) {
            var text = Files.readAllBytes(sidecar);
            var bomb = withChunk(png, start, start.contains("\1") ? deflated(text) : text);
            assertThat(hasty.read(bomb, null).taken())
                    .isEqualTo(new Taken(LocalDateTime.parse("2019-01-01T01:01:01"), null));
        }
    }

    /** The parser keeps all names that it ever met, for all files. */
    @Test
    void namesInOneFilesXmpAreNoMatterToTheNext() throws Exception {
        var photo = Tool.sample("cyclamen_persicum.jpg");
        for (int file = 0; file < 5; file++) {
            var names = new StringBuilder();
            for (int i = 0; i < 1_500; i++) {
                names.append("<n%1$d:x xmlns:n%1$d=\"http://of.%2$d/%1$d\"/>".formatted(i, file));
            }
            names.append("<lr:hierarchicalSubject xmlns:lr=\"http://not.lightroom/\"/>");
            reader.read(photo, Files.writeString(folder.resolve("names.xmp"), xmp(names)));
        }
        assertThat(XMPMetaFactory.getSchemaRegistry().getNamespaces()).hasSizeLessThan(5_000);
        var tagged =
                Files.writeString(
                        folder.resolve("tagged.xmp"),
                        xmp(
                                """
                                <lr:hierarchicalSubject
                                  xmlns:lr="http://ns.adobe.com/lightroom/1.0/">
                                  <rdf:Bag><rdf:li>Sea|Shore</rdf:li></rdf:Bag>
                                </lr:hierarchicalSubject>
                                """));
        assertThat(reader.read(photo, tagged).words().tags()).containsExactly("Sea/Shore");
    }

    private static String xmp(CharSequence content) {
        return """
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
          xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
          xmlns:dc="http://purl.org/dc/elements/1.1/">
          <rdf:Description rdf:about="">%s</rdf:Description>
        </rdf:RDF></x:xmpmeta>
        """
                .formatted(content);
    }

    /** For each of them the profile so far is copied. */
    @Test
    void aColourProfileInManyPiecesHoldsNobodyUp() throws Exception {
        var pieces = new ByteArrayOutputStream();
        for (int i = 0; i < 300_000; i++) {
            pieces.writeBytes(segment(0xe2, "ICC_PROFILE\0\1\1x"));
        }
        var hasty = MetadataFixtures.reader(Duration.ofSeconds(10));
        var facts = hasty.read(withSegments(pieces.toByteArray()), null);
        assertThat(facts.camera().make()).isEqualTo("FUJIFILM");
    }

    /** Thousands of tags, of which each is the whole of 60 KB. */
    @Test
    void exifThatWouldFillTheMemoryIsRefused() throws Exception {
        int tags = 5_000;
        var tiff = ByteBuffer.allocate(65_000).order(ByteOrder.LITTLE_ENDIAN);
        tiff.put("II*\0".getBytes(StandardCharsets.US_ASCII)).putInt(8).putShort((short) tags);
        for (int tag = 1; tag <= tags; tag++) {
            tiff.putShort((short) tag).putShort((short) 7).putInt(60_000).putInt(0);
        }
        var exif = "Exif\0\0" + new String(tiff.array(), StandardCharsets.ISO_8859_1);
        var bomb = withSegments(segment(0xe1, exif));
        assertThatThrownBy(() -> reader.read(bomb, null))
                .isInstanceOf(OriginalReader.Unreadable.class)
                .hasMessageContaining("more memory than is sensible");
    }

    private static byte[] segment(int kind, String content) {
        return ByteBuffer.allocate(4 + content.length())
                .putShort((short) (0xff00 | kind))
                .putShort((short) (2 + content.length()))
                .put(content.getBytes(StandardCharsets.ISO_8859_1))
                .array();
    }

    /** A photo with more segments than its own. */
    private Path withSegments(byte[] segments) throws IOException {
        var jpeg = Files.readAllBytes(Tool.sample("cyclamen_persicum.jpg"));
        var file = folder.resolve("segments.jpg");
        try (var out = Files.newOutputStream(file)) {
            out.write(jpeg, 0, 2);
            out.write(segments);
            out.write(jpeg, 2, jpeg.length - 2);
        }
        return file;
    }

    private static byte[] deflated(byte[] bytes) throws IOException {
        var all = new ByteArrayOutputStream();
        try (var deflater = new DeflaterOutputStream(all)) {
            deflater.write(bytes);
        }
        return all.toByteArray();
    }

    /** With one more chunk behind its header. */
    private Path withChunk(Path png, String start, byte[] rest) throws IOException {
        var bytes = Files.readAllBytes(png);
        var body = new ByteArrayOutputStream();
        body.writeBytes(start.getBytes(StandardCharsets.ISO_8859_1));
        body.writeBytes(rest);
        var crc = new CRC32();
        crc.update(body.toByteArray());
        var file = folder.resolve("chunk.png");
        try (var out = new DataOutputStream(Files.newOutputStream(file))) {
            int afterHeader = 8 + 25;
            out.write(bytes, 0, afterHeader);
            out.writeInt(body.size() - 4);
            body.writeTo(out);
            out.writeInt((int) crc.getValue());
            out.write(bytes, afterHeader, bytes.length - afterHeader);
        }
        return file;
    }

    /** The photo says that its camera was made by whatever stands in a file of the server. */
    @Test
    void xmpInsideAPhotoReadsNoOtherFile() throws Exception {
        var secret = Files.writeString(folder.resolve("secret"), "hunter2");
        var xmp =
                """
                <!DOCTYPE x [<!ENTITY e SYSTEM "%s">]>
                <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
                  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
                  xmlns:tiff="http://ns.adobe.com/tiff/1.0/">
                  <rdf:Description rdf:about=""><tiff:Make>a&e;b</tiff:Make></rdf:Description>
                </rdf:RDF></x:xmpmeta>"""
                        .formatted(secret.toUri());
        for (var sample : List.of("polemonium_reptans.jpg", "8bit-sRGB.jxl")) {
            var title = "-XMP-dc:Title=" + "Z".repeat(xmp.length());
            var photo = MetadataFixtures.tagged(folder, sample, "-m", title);
            replaceXmp(photo, xmp);
            assertThat(Files.readString(photo, StandardCharsets.ISO_8859_1)).contains("ENTITY e");
            assertThat(reader.read(photo, null).toString()).doesNotContain("hunter2");
        }
    }

    /** In place of longer XMP: exiftool writes none with entities. */
    private static void replaceXmp(Path photo, String xmp) throws Exception {
        var text = Files.readString(photo, StandardCharsets.ISO_8859_1);
        var start = text.indexOf("<x:xmpmeta");
        var end = text.indexOf("</x:xmpmeta>", start) + "</x:xmpmeta>".length();
        var padded = xmp + " ".repeat(end - start - xmp.length());
        Files.writeString(
                photo,
                text.substring(0, start) + padded + text.substring(end),
                StandardCharsets.ISO_8859_1);
    }

    @Test
    void aReadThatDoesNotEndIsBrokenOffAndHoldsNoMoreThanItsPlace() throws Exception {
        var hasty = MetadataFixtures.reader(Duration.ofMillis(300));
        var pipes = new Path[] {folder.resolve("one"), folder.resolve("two")};
        for (var pipe : pipes) {
            Tool.run("mkfifo", pipe.toString());
            assertThatThrownBy(() -> hasty.read(pipe, null)).isInstanceOf(TookTooLong.class);
        }
        assertThatIOException()
                .isThrownBy(() -> hasty.read(Tool.sample("gps.jpg"), null))
                .withMessageContaining("busy");
        for (var pipe : pipes) {
            Files.newOutputStream(pipe).close();
        }
        assertThat(hasty.read(Tool.sample("cyclamen_persicum.jpg"), null).camera().make())
                .isEqualTo("FUJIFILM");
    }

    /** Parsers take an exception for the end of the file; the asset would be done, without date. */
    @Test
    void aDiskThatFailsAtAnyReadIsNeverTakenForTheFilesEnd() throws Exception {
        for (var file :
                List.of(
                        Tool.sample("cyclamen_persicum.jpg"),
                        Tool.sample("iphone.heic"),
                        png(folder, "-XMP:Rating=5"))) {
            int reads = readsOf(file);
            assertThat(reads).isGreaterThan(1);
            for (int good = 0; good < reads; good += 1 + reads / 100) {
                try (var failing = new FailingFile(file, good)) {
                    assertThatIOException()
                            .as("%s, after %d of %d reads", file.getFileName(), good, reads)
                            .isThrownBy(() -> OriginalReader.embedded(failing));
                }
            }
        }
    }

    private static int readsOf(Path file) throws IOException {
        try (var sound = new FailingFile(file, Integer.MAX_VALUE)) {
            OriginalReader.embedded(sound);
            return Integer.MAX_VALUE - sound.good;
        }
    }

    /** Once closed, a file fails as one on a dying disk does. */
    private static final class FailingFile extends LimitedFile {

        private int good;

        FailingFile(Path path, int good) throws IOException {
            super(path, OriginalReader.BYTE_LIMIT);
            this.good = good;
        }

        @Override
        public int read() {
            wear();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            wear();
            return super.read(bytes, offset, length);
        }

        private void wear() {
            if (good-- == 0) {
                try {
                    close();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }
}
