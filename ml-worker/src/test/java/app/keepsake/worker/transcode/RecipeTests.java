package app.keepsake.worker.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.worker.transcode.FfmpegConfig.Accel;
import app.keepsake.worker.video.FilmFacts;
import app.keepsake.worker.video.FilmFacts.Picture;
import app.keepsake.worker.video.FilmFacts.Sound;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ffmpeg is told where this machine has no chip to try it with, and each of the settings. */
class RecipeTests {

    private static final Path TARGET = Path.of("/library/film.mp4");

    /** As a phone takes it, on its side. */
    private static final FilmFacts FILM =
            new FilmFacts(
                    1080,
                    1920,
                    60_000,
                    "mov,mp4",
                    new Picture(1, "h264", "yuv420p", "", "", "", "tv", false, -90, 30, 17_000_000),
                    new Sound(0, "aac", 2));

    private static FfmpegConfig config(String ffmpeg) {
        return TranscodeTest.configOf(
                        "'transcode': 'all'" + (ffmpeg.isEmpty() ? "" : ", " + ffmpeg))
                .section("ffmpeg", FfmpegConfig.class);
    }

    private static Recipe recipe(FfmpegConfig config) {
        return new Recipe(config, Encoder.of(config), FILM, Plan.of(FILM, config), List.of());
    }

    private static String only(FfmpegConfig config) {
        var runs = recipe(config).runs(TARGET);
        assertThat(runs).hasSize(1);
        return " " + String.join(" ", runs.getFirst()) + " ";
    }

    @Test
    void saysByDefaultWhatEveryBrowserPlays() {
        assertThat(recipe(config("")).before()).isEmpty();
        assertThat(only(config("")))
                .contains(" -map 0:1 -vf scale=720:1280,setsar=1,format=yuv420p ")
                .contains(" -c:v libx264 -preset ultrafast -crf 23 ")
                .contains(" -map 0:0 -c:a aac ")
                .contains(" -movflags +faststart ")
                .contains(" -map_metadata -1 ")
                .endsWith(" -f mp4 file:/library/film.mp4 ")
                .doesNotContain("-threads", "-bf", "-refs", "-g ", "-maxrate", "-ac");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'crf': 30 | -crf 30",
                "'preset': 'slow' | -preset slow",
                "'threads': 2 | -threads 2",
                "'bframes': 0 | -bf 0",
                "'refs': 3 | -refs 3",
                "'gopSize': 60 | -g 60",
                "'maxBitrate': '2M' | -crf 23 -maxrate 2000k -bufsize 4000k",
                "'maxBitrate': '2500' | -crf 23 -maxrate 2500k -bufsize 5000k",
                "'targetResolution': '480' | -vf scale=480:852,setsar=1,format=yuv420p",
                "'targetResolution': '2160' | -vf scale=1080:1920,setsar=1,format=yuv420p",
                "'targetResolution': 'original' | -vf scale=1080:1920,setsar=1,format=yuv420p",
                "'targetAudioCodec': 'opus' | -c:a libopus",
                "'targetVideoCodec': 'hevc' | -c:v libx265 -tag:v hvc1",
                "'targetVideoCodec': 'vp9' | -c:v libvpx-vp9 -row-mt 1 -cpu-used 5 -crf 23 -b:v 0k",
                "'targetVideoCodec': 'av1' | -c:v libsvtav1 -preset 12 -crf 23",
                "'targetVideoCodec': 'av1', 'threads': 2, 'maxBitrate': '4M'"
                        + " | -svtav1-params lp=2:mbr=4000"
            })
    void followsEachSetting(String setting, String said) {
        assertThat(only(config(setting))).contains(" " + said + " ");
    }

    @Test
    void looksTwiceWhereBitsAreCounted() {
        var runs = recipe(config("'twoPass': true, 'maxBitrate': '2900k'")).runs(TARGET);
        assertThat(runs).hasSize(2);
        assertThat(String.join(" ", runs.getFirst()))
                .contains("-b:v 2000k -minrate 1000k -maxrate 2900k")
                .contains("-pass 1 -passlogfile /library/film.mp4")
                .endsWith("-an -f null /dev/null");
        assertThat(String.join(" ", runs.getLast()))
                .contains("-pass 2 -passlogfile /library/film.mp4")
                .endsWith("file:/library/film.mp4");
        assertThat(recipe(config("'twoPass': true")).runs(TARGET)).hasSize(1);
        assertThat(recipe(config("'twoPass': true, 'targetVideoCodec': 'vp9'")).runs(TARGET))
                .hasSize(2);
        assertThat(recipe(config("'twoPass': true, 'targetVideoCodec': 'av1'")).runs(TARGET))
                .hasSize(1);
    }

    /** A Raspberry Pi 4. */
    @Test
    void encodesByTheKernelsDriver() {
        var config = config("'accelDecode': true").with(Accel.V4L2M2M);
        assertThat(recipe(config).before()).containsExactly("-c:v", "h264_v4l2m2m");
        assertThat(only(config))
                .contains(" -vf scale=720:1280,setsar=1,format=yuv420p ")
                .contains(" -c:v h264_v4l2m2m -b:v 2765k ") // a tenth of a bit for each pixel
                .doesNotContain("-crf", "-preset");
        assertThat(only(config("'maxBitrate': '1M'").with(Accel.V4L2M2M))).contains(" -b:v 1000k ");
        assertThat(
                        recipe(config("'twoPass': true, 'maxBitrate': '1M'").with(Accel.V4L2M2M))
                                .runs(TARGET))
                .hasSize(1);
        assertThat(only(config("'targetVideoCodec': 'hevc'").with(Accel.V4L2M2M)))
                .contains("libx265");
    }

    @Test
    void encodesByAGraphicsChip() {
        var config = config("'accel': 'vaapi'");
        assertThat(recipe(config).before())
                .containsExactly(
                        "-init_hw_device",
                        "vaapi=accel:/dev/dri/renderD128",
                        "-filter_hw_device",
                        "accel");
        assertThat(only(config))
                .contains(" -vf scale=720:1280,setsar=1,format=nv12,hwupload ")
                .contains(" -c:v h264_vaapi -rc_mode CQP -qp 23 ")
                .doesNotContain("-crf", "-preset");
        assertThat(only(config("'accel': 'vaapi', 'maxBitrate': '3M', 'targetVideoCodec': 'hevc'")))
                .contains(" -c:v hevc_vaapi -tag:v hvc1 -rc_mode VBR -b:v 2000k -maxrate 3000k ");
        assertThat(
                        recipe(
                                        config(
                                                "'accel': 'vaapi', 'preferredHwDevice': '/dev/dri/renderD129'"))
                                .before())
                .contains("vaapi=accel:/dev/dri/renderD129");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nvenc", "qsv", "rkmpp"})
    void encodesByTheProcessorWhereItKnowsNoChip(String accel) {
        assertThat(only(config("'accel': '%s'".formatted(accel)))).contains(" -c:v libx264 ");
    }

    @Test
    void timeAndSpaceGrowWithTheFilm() {
        var settings = new TranscodeSettings(null, 60, Duration.ofMinutes(30), 3L << 30);
        var hour = new FilmFacts(1, 1, 3_600_000, "mp4", FILM.picture(), null);
        assertThat(settings.limits(hour, 10L << 30).cpuTime()).hasHours(60);
        assertThat(settings.limits(hour, 10L << 30).output()).isEqualTo(40L << 30);
        assertThat(settings.limits(FILM, 1).cpuTime()).hasMinutes(60);
        assertThat(settings.limits(FILM, 1).output()).isEqualTo(1L << 30);
    }
}
