package app.keepsake.immich.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.LogicalType;

/** How values look on the wire. */
@Configuration(proxyBeanMethods = false)
class JsonFormat {

    /** As JavaScript writes a date: always three digits, always Z. */
    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    @Bean
    JsonMapperBuilderCustomizer immichDates() {
        return builder ->
                builder.addModule(
                        new SimpleModule("immich-dates")
                                .addSerializer(Instant.class, new InstantSerializer()));
    }

    /** As Immich does, and contrary to Jackson: "5" is no number, "true" no truth, 5 no text. */
    @Bean
    JsonMapperBuilderCustomizer noGuesses() {
        return builder ->
                builder.withCoercionConfig(LogicalType.Integer, refuse(CoercionInputShape.String))
                        .withCoercionConfig(LogicalType.Float, refuse(CoercionInputShape.String))
                        .withCoercionConfig(
                                LogicalType.Boolean,
                                refuse(CoercionInputShape.String, CoercionInputShape.Integer))
                        .withCoercionConfig(
                                LogicalType.Textual,
                                refuse(
                                        CoercionInputShape.Integer,
                                        CoercionInputShape.Float,
                                        CoercionInputShape.Boolean));
    }

    private static Consumer<MutableCoercionConfig> refuse(CoercionInputShape... shapes) {
        return config -> {
            for (var shape : shapes) {
                config.setCoercion(shape, CoercionAction.Fail);
            }
        };
    }

    private static class InstantSerializer extends StdSerializer<Instant> {

        InstantSerializer() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant value, JsonGenerator json, SerializationContext context) {
            json.writeString(MILLISECONDS.format(value));
        }
    }
}
