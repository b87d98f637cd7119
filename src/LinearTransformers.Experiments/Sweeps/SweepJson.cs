using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LinearTransformers.Experiments.Sweeps.Slurm;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>A sweep's definition as JSON, <c>sweep.json</c>: what is fixed and what varies, with the version of this format.</summary>
internal static class SweepJson
{
    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const int Version = 1;

    private static readonly JsonWriterOptions Form =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An indented object.</summary>
    public static string Write(SweepDefinition sweep)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartArray("grids");
            foreach (IReadOnlyList<SweepFactor> grid in sweep.Grids)
            {
                json.WriteStartArray();
                foreach (SweepFactor factor in grid)
                {
                    WriteFactor(json, factor);
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            json.WriteStartObject("options");
            foreach ((string name, string text) in sweep.Options)
            {
                json.WriteString(name, text);
            }

            json.WriteEndObject();
            json.WriteString("keep", SweepKeep.Text(sweep.Keep));
            json.WriteNumber("prompts", sweep.Prompts);
            WriteSlurm(json, sweep.Slurm);
            json.WritePropertyName("settings");
            using (JsonDocument settings = JsonDocument.Parse(SettingsJson.Write(sweep.Settings)))
            {
                settings.RootElement.WriteTo(json);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="SweepException">It is none, or of a newer version; the message names the file.</exception>
    public static SweepDefinition Read(string text, string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement json = document.RootElement;
            int version = json.GetProperty("version").GetInt32();
            if (version is < 1 or > Version)
            {
                throw new SweepException(
                    $"{path} is of version {version}, and this program reads versions up to {Version}: take a newer program");
            }

            return new SweepDefinition
            {
                Settings = SettingsJson.Read(json.GetProperty("settings").GetRawText()),
                Options = [.. json.GetProperty("options").EnumerateObject().Select(option => (option.Name, option.Value.GetString()!))],
                Grids = [.. json.GetProperty("grids").EnumerateArray()
                    .Select(grid => (SweepFactor[])[.. grid.EnumerateArray().Select(ReadFactor)])],
                Keep = SweepKeep.Parse(json.GetProperty("keep").GetString()!),
                Prompts = json.GetProperty("prompts").GetInt32() is > 0 and int prompts ? prompts
                    : throw new FormatException("prompts must be at least 1"),
                Slurm = json.TryGetProperty("slurm", out JsonElement slurm) ? ReadSlurm(slurm) : new SlurmOptions(),
            };
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or SettingException)
        {
            throw new SweepException(
                $"{path} is no sweep's definition ({exception.Message.TrimEnd('.')}): it must be as lintf sweep wrote it", exception);
        }
    }

    private static void WriteFactor(Utf8JsonWriter json, SweepFactor factor)
    {
        json.WriteStartObject();
        for (int i = 0; i < factor.Names.Count; i++)
        {
            json.WritePropertyName(factor.Names[i]);

            // Many values on a line are easier to read and edit than one a line.
            json.WriteRawValue($"[{string.Join(", ", factor.Rows.Select(row => Quoted(row[i])))}]");
        }

        json.WriteEndObject();
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static SweepFactor ReadFactor(JsonElement json)
    {
        JsonProperty[] columns = [.. json.EnumerateObject()];
        string[][] values = [.. columns.Select(column => column.Value.EnumerateArray().Select(value => value.GetString()!).ToArray())];
        if (values.Length == 0 || values[0].Length == 0 || values.Any(column => column.Length != values[0].Length))
        {
            throw new FormatException("settings that vary together must have equally many values, one at least");
        }

        return new SweepFactor(
            [.. columns.Select(column => SweepFactor.NameOf("over", column.Name))],
            [.. Enumerable.Range(0, values[0].Length).Select(row => values.Select(column => column[row]).ToArray())]);
    }

    private static void WriteSlurm(Utf8JsonWriter json, SlurmOptions slurm)
    {
        if (slurm == new SlurmOptions())
        {
            return;
        }

        json.WriteStartObject("slurm");
        Number("tasks", slurm.Tasks);
        Number("throttle", slurm.Throttle);
        Text("partition", slurm.Partition);
        Text("account", slurm.Account);
        Text("time", slurm.Time);
        Text("mem", slurm.Memory);
        Number("cpus", slurm.Cpus);
        Number("ahead", slurm.Ahead);
        json.WriteStartArray("jobs");
        foreach (long job in slurm.Jobs)
        {
            json.WriteNumberValue(job);
        }

        json.WriteEndArray();
        json.WriteEndObject();

        void Number(string name, int? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }

        void Text(string name, string? value)
        {
            if (value is not null)
            {
                json.WriteString(name, value);
            }
        }
    }

    private static SlurmOptions ReadSlurm(JsonElement json)
    {
        return new SlurmOptions
        {
            Tasks = Number("tasks"),
            Throttle = Number("throttle"),
            Partition = Text("partition"),
            Account = Text("account"),
            Time = Text("time"),
            Memory = Text("mem"),
            Cpus = Number("cpus"),
            Ahead = Number("ahead"),
            Jobs = json.TryGetProperty("jobs", out JsonElement jobs) ? [.. jobs.EnumerateArray().Select(job => job.GetInt64())] : [],
        };

        int? Number(string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : null;

        string? Text(string name) => json.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;
    }
}
