package app.keepsake.storagetemplate;

import app.keepsake.config.SystemConfig;

/** Whether originals go where a template says, and whether a file that must be copied is hashed. */
record StorageTemplateConfig(boolean enabled, boolean hashVerificationEnabled, String template) {

    static StorageTemplateConfig of(SystemConfig config) {
        return config.section("storageTemplate", StorageTemplateConfig.class);
    }
}
