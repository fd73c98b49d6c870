package app.keepsake.immich.systemconfig;

import java.util.List;

/** The tokens of storage templates, by what they tell, and templates to begin with. */
record SystemConfigTemplateStorageOptionDto(
        List<String> dayOptions,
        List<String> hourOptions,
        List<String> minuteOptions,
        List<String> monthOptions,
        List<String> presetOptions,
        List<String> secondOptions,
        List<String> weekOptions,
        List<String> yearOptions) {

    static final SystemConfigTemplateStorageOptionDto ALL =
            new SystemConfigTemplateStorageOptionDto(
                    List.of("d", "dd"),
                    List.of("h", "hh", "H", "HH"),
                    List.of("m", "mm"),
                    List.of("M", "MM", "MMM", "MMMM"),
                    List.of(
                            "{{y}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
                            "{{y}}/{{MM}}-{{dd}}/{{filename}}",
                            "{{y}}/{{MMMM}}-{{dd}}/{{filename}}",
                            "{{y}}/{{MM}}/{{filename}}",
                            "{{y}}/{{#if album}}{{album}}{{else}}Other/{{MM}}{{/if}}/{{filename}}",
                            "{{#if album}}{{album-startDate-y}}/{{album}}{{else}}{{y}}/Other/{{MM}}{{/if}}/{{filename}}",
                            "{{y}}/{{MMM}}/{{filename}}",
                            "{{y}}/{{MMMM}}/{{filename}}",
                            "{{y}}/{{MM}}/{{dd}}/{{filename}}",
                            "{{y}}/{{MMMM}}/{{dd}}/{{filename}}",
                            "{{y}}/{{y}}-{{MM}}/{{y}}-{{MM}}-{{dd}}/{{filename}}",
                            "{{y}}-{{MM}}-{{dd}}/{{filename}}",
                            "{{y}}-{{MMM}}-{{dd}}/{{filename}}",
                            "{{y}}-{{MMMM}}-{{dd}}/{{filename}}",
                            "{{y}}/{{y}}-{{MM}}/{{filename}}",
                            "{{y}}/{{y}}-{{WW}}/{{filename}}",
                            "{{y}}/{{y}}-{{MM}}-{{dd}}/{{assetId}}",
                            "{{y}}/{{y}}-{{MM}}/{{assetId}}",
                            "{{y}}/{{y}}-{{WW}}/{{assetId}}",
                            "{{album}}/{{filename}}",
                            "{{make}}/{{model}}/{{lensModel}}/{{filename}}"),
                    List.of("s", "ss", "SSS"),
                    List.of("W", "WW"),
                    List.of("y", "yy"));
}
