package app.keepsake.worker.transcode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.NotNow;
import app.keepsake.jobs.TranscodeVideo;
import app.keepsake.jobs.Unrecoverable;
import app.keepsake.worker.image.Pictures;
import app.keepsake.worker.support.Ffmpeg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranscodeVideoTests extends TranscodeTest {

    private static final String SOUND = "sine=duration=1";

    /** What no browser plays: HEVC of ten bits, in Matroska, with uncompressed sound. */
    private Path strange() throws Exception {
        return Ffmpeg.film(
                folder.resolve("strange.mkv"),
                List.of("testsrc=size=1280x960:rate=25:duration=1", SOUND),
                "-pix_fmt",
                "yuv420p10le",
                "-c:v",
                "libx265",
                "-preset",
                "ultrafast",
                "-x265-params",
                "log-level=none",
                "-c:a",
                "pcm_s16le",
                "-metadata",
                "location=+48.2082+016.3738/");
    }

    /** H.264 and AAC in MP4, which all browsers play. */
    private Path common(String size) throws Exception {
        return Ffmpeg.film(
                folder.resolve("common-" + size + ".mp4"),
                List.of("testsrc=size=%s:rate=25:duration=1".formatted(size), SOUND),
                "-pix_fmt",
                "yuv420p",
                "-c:a",
                "aac");
    }

    @Test
    void whatBrowsersCannotPlayIsMadeWhatTheyCan() throws Exception {
        var original = strange();
        var before = Files.readAllBytes(original);
        var id = assetOf(original);
        handler.run(new TranscodeVideo(id));

        var film = encodedOf(id).orElseThrow();
        assertThat(library.relativize(film).toString())
                .matches(
                        "encoded-video/[^/]+/%s/%s/%s.mp4"
                                .formatted(
                                        id.toString().substring(0, 2),
                                        id.toString().substring(2, 4),
                                        id));
        var picture = Ffmpeg.stream(film, "video");
        assertThat(picture.path("codec_name").asString()).isEqualTo("h264");
        assertThat(picture.path("pix_fmt").asString()).isEqualTo("yuv420p");
        assertThat(picture.path("width").asInt()).isEqualTo(960);
        assertThat(picture.path("height").asInt()).isEqualTo(720);
        assertThat(Ffmpeg.stream(film, "audio").path("codec_name").asString()).isEqualTo("aac");
        assertThat(Ffmpeg.probe(film).path("format").path("duration").asDouble())
                .isCloseTo(1, within(0.1));
        var text = Files.readString(film, ISO_8859_1);
        assertThat(text.indexOf("moov")).isPositive().isLessThan(text.indexOf("mdat"));
        assertThat(text).doesNotContain("48.2082");
        assertThat(Files.getPosixFilePermissions(film))
                .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
        assertThat(filesOf(id)).containsExactly(id + ".mp4");
        assertThat(given.isDone(id, "encoded_video_at")).isTrue();
        assertThat(library.resolve("upload/" + id)).hasBinaryContent(before);
    }

    @ParameterizedTest
    @CsvSource({
        "required, 1280x960, false",
        "optimal, 1280x960, true",
        "optimal, 640x480, false",
        "bitrate, 640x480, false",
        "all, 640x480, true",
        "disabled, 1280x960, false"
    })
    void whatPlaysIsTranscodedAsThePolicySays(String policy, String size, boolean isMade)
            throws Exception {
        var id = assetOf(common(size));
        assertThat(transcode(id, "'transcode': '%s'".formatted(policy)).isPresent())
                .isEqualTo(isMade);
        assertThat(filesOf(id)).hasSize(isMade ? 1 : 0);
        assertThat(given.isDone(id, "encoded_video_at")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"100k, true", "100M, false", "0, false"})
    void whatHasMoreBitsThanWantedIsTranscodedByThePolicyOfBitrate(String most, boolean isMade)
            throws Exception {
        var noise =
                Ffmpeg.film(
                        folder.resolve("noise.mp4"),
                        List.of("nullsrc=size=320x240:duration=2,geq=random(1)*255:128:128"),
                        "-pix_fmt",
                        "yuv420p");
        var id = assetOf(noise);
        var film = transcode(id, "'transcode': 'bitrate', 'maxBitrate': '%s'".formatted(most));
        assertThat(film.isPresent()).isEqualTo(isMade);
        if (isMade) {
            assertThat(Files.size(film.orElseThrow())).isLessThan(Files.size(noise) / 2);
        }
    }

    @Test
    void anotherRunReplacesAndOneThatIsNotWantedTakesAway() throws Exception {
        var id = assetOf(common("640x480"));
        var film = transcode(id, "'transcode': 'all'").orElseThrow();
        var again = transcode(id, "'transcode': 'all', 'targetResolution': '240'").orElseThrow();
        assertThat(again).isEqualTo(film);
        assertThat(Ffmpeg.stream(again, "video").path("height").asInt()).isEqualTo(240);
        assertThat(transcode(id, "'transcode': 'disabled'")).isEmpty();
        assertThat(filesOf(id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"turned.mp4", "anamorphic.mp4", "anamorphic-turned.mp4"})
    void aFilmThatLiesOnItsSideOrHasOblongPixelsStandsUpright(String name) throws Exception {
        var film = transcode(assetOf(Pictures.fixture(name)), "'transcode': 'all'").orElseThrow();
        var picture = Ffmpeg.stream(film, "video");
        assertThat(picture.path("width").asInt()).isEqualTo(320);
        assertThat(picture.path("height").asInt()).isEqualTo(240);
        assertThat(picture.has("side_data_list")).as("turned once more").isFalse();
        var frame = Ffmpeg.frame(film, 0);
        assertThat(Ffmpeg.pixel(frame, 80, 60).getRed()).isGreaterThan(200);
        assertThat(Ffmpeg.pixel(frame, 80, 60).getBlue()).isLessThan(60);
        assertThat(Ffmpeg.pixel(frame, 80, 180).getBlue()).isGreaterThan(200);
        assertThat(Ffmpeg.pixel(frame, 80, 180).getRed()).isLessThan(60);
    }

    /** What is not turned is copied, and turned by the player as before. */
    @Test
    void onlyTheSoundIsMadeAnewWhereThePictureWillDo() throws Exception {
        var turned = folder.resolve("turned.mov");
        Ffmpeg.run(
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        Pictures.fixture("turned.mp4").toString(),
                        "-f",
                        "lavfi",
                        "-i",
                        SOUND,
                        "-map",
                        "0:v",
                        "-map",
                        "1:a",
                        "-c:v",
                        "copy",
                        "-c:a",
                        "pcm_s16le",
                        turned.toString()));
        var film = transcode(assetOf(turned), "").orElseThrow();
        assertThat(Ffmpeg.stream(film, "audio").path("codec_name").asString()).isEqualTo("aac");
        assertThat(picturesOf(film)).isEqualTo(picturesOf(turned));
        var frame = Ffmpeg.frame(film, 0);
        assertThat(frame.getWidth()).isEqualTo(320);
        assertThat(Ffmpeg.pixel(frame, 80, 60).getRed()).isGreaterThan(200);
    }

    @Test
    void aContainerThatBrowsersDoNotKnowIsExchanged() throws Exception {
        var matroska = folder.resolve("film.mkv");
        Ffmpeg.run(
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        common("320x240").toString(),
                        "-c",
                        "copy",
                        matroska.toString()));
        var film = transcode(assetOf(matroska), "").orElseThrow();
        assertThat(picturesOf(film)).isEqualTo(picturesOf(matroska));
        assertThat(transcode(assetOf(matroska), "'acceptedContainers': ['matroska']")).isEmpty();
    }

    /** A hash of the decoded pictures. */
    private static String picturesOf(Path film) throws Exception {
        return Ffmpeg.run(
                List.of(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-i",
                        film.toString(),
                        "-map",
                        "0:v",
                        "-f",
                        "md5",
                        "-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"smpte2084", "arib-std-b67"})
    void whatIsBrighterThanAScreenIsToneMapped(String transfer) throws Exception {
        var id =
                assetOf(
                        Ffmpeg.hdr(
                                folder.resolve("hdr.mp4"),
                                transfer,
                                "color=red:size=320x120,pad=320:240:0:0:white"));
        for (var map : List.of("hable", "mobius", "reinhard")) {
            var film = transcode(id, "'tonemap': '%s'".formatted(map)).orElseThrow();
            var picture = Ffmpeg.stream(film, "video");
            assertThat(picture.path("color_transfer").asString()).isEqualTo("bt709");
            assertThat(picture.path("pix_fmt").asString()).isEqualTo("yuv420p");
            var frame = Ffmpeg.frame(film, 0);
            var red = Ffmpeg.pixel(frame, 80, 60);
            assertThat(red.getRed()).as(map).isBetween(160, 250);
            assertThat(red.getGreen()).as(map).isLessThan(40);
            var white = Ffmpeg.pixel(frame, 80, 180);
            assertThat(white.getRed()).as(map).isBetween(160, 250);
            assertThat(white.getBlue()).as(map).isCloseTo(white.getRed(), within(12));
        }
        var pale = Ffmpeg.frame(transcode(id, "'tonemap': 'disabled'").orElseThrow(), 0);
        assertThat(Ffmpeg.pixel(pale, 80, 60).getGreen()).isGreaterThan(60);
    }

    /** Also one whose codec and container are accepted. */
    @ParameterizedTest
    @ValueSource(strings = {"film.mts", "film.mp4"})
    void whatCamcordersTakeInTwoHalvesIsMadeWhole(String name) throws Exception {
        var camcorders = Ffmpeg.interlaced(folder.resolve(name));
        var film = transcode(assetOf(camcorders), "'transcode': 'required'").orElseThrow();
        assertThat(Ffmpeg.teeth(Ffmpeg.frame(camcorders, 0))).isPositive();
        assertThat(Ffmpeg.teeth(Ffmpeg.frame(film, 0.2))).isZero();
        assertThat(Ffmpeg.stream(film, "video").path("field_order").asString())
                .isEqualTo("progressive");
    }

    @ParameterizedTest
    @CsvSource({
        "h264, aac, h264, aac",
        "hevc, aac, hevc, aac",
        "vp9, opus, vp9, opus",
        "av1, mp3, av1, mp3"
    })
    void everyCodecThatMayBeWantedIsMade(
            String video, String audio, String videoMade, String audioMade) throws Exception {
        var film =
                transcode(
                                assetOf(common("320x240")),
                                "'transcode': 'all', 'targetVideoCodec': '%s', 'targetAudioCodec': '%s'"
                                        .formatted(video, audio))
                        .orElseThrow();
        assertThat(Ffmpeg.stream(film, "video").path("codec_name").asString()).isEqualTo(videoMade);
        assertThat(Ffmpeg.stream(film, "audio").path("codec_name").asString()).isEqualTo(audioMade);
    }

    @Test
    void twoPassesKeepToTheBitrateAndLeaveNothingElse() throws Exception {
        var noise =
                Ffmpeg.film(
                        folder.resolve("noise.mp4"),
                        List.of("nullsrc=size=320x240:duration=4,geq=random(1)*255:128:128"),
                        "-pix_fmt",
                        "yuv420p");
        var id = assetOf(noise);
        var film =
                transcode(id, "'transcode': 'all', 'twoPass': true, 'maxBitrate': '1500k'")
                        .orElseThrow();
        assertThat(Ffmpeg.stream(film, "video").path("bit_rate").asInt())
                .isBetween(600_000, 1_500_000);
        assertThat(filesOf(id)).containsExactly(id + ".mp4");
    }

    /** As a storage template does it; the old name goes while the first pass reads the film. */
    @Test
    void aFilmThatMovesBetweenItsPassesIsFound() throws Exception {
        var noise =
                Ffmpeg.film(
                        folder.resolve("noise.mp4"),
                        List.of("nullsrc=size=640x480:duration=6,geq=random(1)*255:128:128"),
                        "-pix_fmt",
                        "yuv420p");
        var id = assetOf(noise);
        var run =
                new FutureTask<>(
                        () ->
                                transcode(
                                        id,
                                        "'transcode': 'all', 'twoPass': true, 'maxBitrate': '1500k'"));
        Thread.ofPlatform().start(run);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> filesOf(id).stream().anyMatch(name -> name.contains(".log")));
        Files.move(library.resolve("upload/" + id), library.resolve("upload/moved-" + id));
        given.server()
                .sql("update asset set original_path = ? where id = ?")
                .params("upload/moved-" + id, id)
                .update();
        var film = run.get().orElseThrow();
        assertThat(Ffmpeg.stream(film, "video").path("codec_name").asString()).isEqualTo("h264");
        assertThat(filesOf(id)).containsExactly(id + ".mp4");
    }

    /** There is no such chip here: it fails, and is done all the same. */
    @ParameterizedTest
    @ValueSource(strings = {"vaapi", "nvenc"})
    void whereAChipFailsTheProcessorDoesIt(String accel) throws Exception {
        var film =
                transcode(
                                assetOf(common("320x240")),
                                "'transcode': 'all', 'accel': '%s', 'preferredHwDevice': '/dev/null'"
                                        .formatted(accel))
                        .orElseThrow();
        assertThat(Ffmpeg.stream(film, "video").path("codec_name").asString()).isEqualTo("h264");
    }

    @Test
    void soundOfManyChannelsAndASizeThatIsOddAreNoObstacle() throws Exception {
        var odd =
                Ffmpeg.film(
                        folder.resolve("odd.avi"),
                        List.of("testsrc=size=321x239:duration=1", SOUND),
                        "-c:v",
                        "ffv1",
                        "-c:a",
                        "pcm_s16le",
                        "-ac",
                        "6");
        var film = transcode(assetOf(odd), "'targetResolution': 'original'").orElseThrow();
        var picture = Ffmpeg.stream(film, "video");
        assertThat(picture.path("width").asInt()).isEqualTo(320);
        assertThat(picture.path("height").asInt()).isEqualTo(238);
        assertThat(Ffmpeg.stream(film, "audio").path("channels").asInt()).isEqualTo(2);
    }

    /** What an administrator sets reaches the worker. */
    @Test
    void worksByTheSystemConfig() throws Exception {
        var id = assetOf(common("640x480"));
        try {
            given.config("{\"ffmpeg\": {\"transcode\": \"all\"}}");
            handler.run(new TranscodeVideo(id));
        } finally {
            given.config("{}");
        }
        assertThat(encodedOf(id)).isPresent();
    }

    @Test
    void ofAnAssetThatIsGoneNothingStays() throws Exception {
        var id = assetOf(common("320x240"));
        var film = transcode(id, "'transcode': 'all'").orElseThrow();
        Files.writeString(film.resolveSibling("." + id + "_123.tmp"), "left by a run that died");
        given.server().sql("delete from asset where id = ?").param(id).update();
        handler.run(new TranscodeVideo(id));
        assertThat(filesOf(id)).isEmpty();
        handler.run(new TranscodeVideo(UUID.randomUUID()));
    }

    @Test
    void aPlaylistIsNoFilm() throws Exception {
        var secret = common("320x240");
        for (var playlist :
                List.of(
                        "ffconcat version 1.0\nfile '%s'\n",
                        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n%s\n#EXT-X-ENDLIST\n")) {
            var id =
                    assetOf(
                            Files.writeString(
                                    folder.resolve("film.mp4"), playlist.formatted(secret)));
            assertThatThrownBy(() -> transcode(id, "'transcode': 'all'"))
                    .isInstanceOf(Unrecoverable.class);
            assertThat(filesOf(id)).isEmpty();
        }
    }

    @Test
    void withoutItsDiskNothingIsDone() throws Exception {
        var id = assetOf(common("320x240"));
        Files.delete(library.resolve(".keepsake"));
        assertThatThrownBy(() -> transcode(id, "'transcode': 'all'")).isInstanceOf(NotNow.class);
        assertThat(given.isDone(id, "encoded_video_at")).isFalse();
    }
}
