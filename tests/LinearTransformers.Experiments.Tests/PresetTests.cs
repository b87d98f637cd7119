using System.Text.Json;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests;

public class PresetTests
{
    /// <summary>Every preset as <c>lintf config show</c> wrote it when settings still named a mode.</summary>
    private static readonly string OfVersion2 = Path.Combine(AppContext.BaseDirectory, "Golden", "presets-2.json");

    [Fact]
    public void Settings_written_before_there_were_parts_are_those_of_the_presets()
    {
        using JsonDocument written = JsonDocument.Parse(File.ReadAllText(OfVersion2));
        JsonProperty[] presets = [.. written.RootElement.EnumerateObject()];
        Assert.Equal(33, presets.Length);
        Assert.All(
            presets, preset => Assert.Equal(PresetCatalog.Find(preset.Name)!.Settings, SettingsJson.Read(preset.Value.GetRawText())));
    }

    [Fact]
    public void Settings_of_presets_come_back_from_JSON()
        => Assert.All(PresetCatalog.All, preset => Assert.Equal(preset.Settings, SettingsJson.Read(SettingsJson.Write(preset.Settings))));
}
