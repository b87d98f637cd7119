using System.Globalization;
using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class RunsTests
{
    private static readonly string[] Keys =
        ["path", "status", "problem", "writer", "iterations", "maxIterations", "finalLoss", "seconds", "differs", "settings"];

    private static void Train(TemporaryFolder folder, string name, params string[] options)
    {
        Invocation invocation = Invocation.Of(["train", "--B", "50", "--max-iters", "60", "--out", folder[$"runs/{name}"], .. options]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    private static JsonElement Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }

    [Fact]
    public void Each_run_has_a_line_with_its_status_and_what_tells_it_apart()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a");
        Train(folder, "deep/b", "--alg", "sgd", "--sd", "3");
        Assert.Equal(3, Invocation.Of(
            "train", "--B", "50", "--alg", "sgd", "--lr", "1000", "--toclip", "false", "--max-iters", "60", "--out",
                folder["runs/diverged"]).ExitCode);
        Assert.Equal(130, Invocation.Of(
            new CancellationToken(canceled: true), "train", "--B", "50", "--max-iters", "60", "--out", folder["runs/stopped"]).ExitCode);
        Directory.CreateDirectory(folder["runs/damaged"]);
        File.WriteAllText(folder["runs/damaged/config.json"], "{ \"nlayer\": 3 }");

        Invocation listed = Invocation.Of("runs", "list", folder["runs"]);
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(6, listed.Lines.Length);
        Assert.Matches($@"^{folder["runs/a"]} +finished +60/60 +[0-9.]+ +[0-9.]+  defaults$", listed.Lines[1]);
        Assert.Matches("damaged +.*did you mean n-layer", listed.Lines[2]);
        Assert.Matches(@"deep/b +finished .*  alg sgd, sd 3$", listed.Lines[3]);
        Assert.Matches(@"diverged +diverged +\d+/60 ", listed.Lines[4]);
        Assert.Matches(@"stopped +unfinished +0/60 ", listed.Lines[5]);

        JsonElement[] lines = [.. Invocation.Of("runs", "list", folder["runs"], "--json").Lines.Select(Parse)];
        Assert.Equal(["finished", "damaged", "finished", "diverged", "unfinished"],
            lines.Select(line => line.GetProperty("status").GetString()));
        Assert.All(lines, line => Assert.Equal(Keys, line.EnumerateObject().Select(property => property.Name)));
        Assert.Equal("sgd", lines[2].GetProperty("settings").GetProperty("alg").GetString());
        Assert.Equal(3, lines[2].GetProperty("settings").GetProperty("sd").GetInt32());
        Assert.Equal(1000, lines[3].GetProperty("settings").GetProperty("lr").GetDouble());
        Assert.Equal(["alg", "lr", "toclip", "sd"], lines[0].GetProperty("differs").EnumerateArray().Select(name => name.GetString()));
        Assert.All(["writer", "iterations", "maxIterations", "finalLoss", "seconds", "settings"], key
            => Assert.Equal(JsonValueKind.Null, lines[1].GetProperty(key).ValueKind));
        Assert.Contains("did you mean n-layer?", lines[1].GetProperty("problem").GetString());

        // A run alone has the same keys as one among others.
        JsonElement alone = Parse(Assert.Single(Invocation.Of("runs", "list", folder["runs/a"], "--json").Lines));
        Assert.Equal(Keys, alone.EnumerateObject().Select(property => property.Name));
        Assert.Empty(alone.GetProperty("differs").EnumerateArray());
        Assert.Equal(RunDirectory.Load(folder["runs/a"]).LastLoss, lines[0].GetProperty("finalLoss").GetDouble());
        Assert.Equal(JsonValueKind.Null, lines[3].GetProperty("finalLoss").ValueKind);
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_left_out_with_a_line_and_a_damaged_run_has_a_line_of_its_own()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a");
        Train(folder, "b/c", "--sd", "1");
        Train(folder, "d", "--sd", "2");
        Train(folder, "e", "--sd", "3");
        using Unreadable closed = new(folder["runs/b"]);
        using Unreadable config = new(folder["runs/d/config.json"]);
        (int exitCode, string output, string error) = Unreadable.Run("runs", "list", folder["runs"]);
        Assert.Equal(0, exitCode);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);
        Assert.Matches($"^{folder["runs/a"]} +finished ", lines[1]);
        Assert.Matches($"^{folder["runs/d"]} +damaged .*{folder["runs/d/config.json"]} cannot be read", lines[2]);
        Assert.Matches($"^{folder["runs/e"]} +finished ", lines[3]);
        Assert.Matches($"^lintf: {folder["runs/b"]} cannot be searched for runs .*: it is left out$",
            Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));

        // Where all runs matter, it is refused; so is the folder itself.
        foreach (string[] command in (string[][])[
            ["runs", "compare", folder["runs"]], ["plot", "loss", folder["runs"]], ["runs", "list", folder["runs/b"]],
                ["report", folder["runs/b"], "--out", folder["page.html"]]])
        {
            (exitCode, output, error) = Unreadable.Run(command);
            Assert.Equal((2, ""), (exitCode, output));
            Assert.Contains(folder["runs/b"], Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }

        (exitCode, _, error) = Unreadable.Run("report", folder["runs/d"]);
        Assert.Equal(2, exitCode);
        Assert.StartsWith($"lintf: {folder["runs/d/config.json"]} cannot be read", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_final_loss_is_that_which_training_said()
    {
        using TemporaryFolder folder = new();
        Invocation trained = Invocation.Of("train", "--B", "50", "--max-iters", "9", "--json", "--out", folder["run"]);
        double said = Parse(trained.Lines[^1]).GetProperty("finalLoss").GetDouble();
        JsonElement shown = Parse(Assert.Single(Invocation.Of("runs", "show", folder["run"], "--json").Lines));
        Assert.Equal(said, shown.GetProperty("finalLoss").GetDouble());
        Assert.Equal(new TrainingSettings { BatchSize = 50, MaxIterations = 9 },
            SettingsJson.Read(shown.GetProperty("settings").GetRawText()));
        Assert.Equal(new FileInfo(folder["run/history.safetensors"]).Length, shown.GetProperty("files").EnumerateArray()
            .Single(file => file.GetProperty("name").GetString() == "history.safetensors").GetProperty("bytes").GetInt64());
        Assert.Equal([.. Keys, "environment", "files"], shown.EnumerateObject().Select(property => property.Name));
        Assert.StartsWith("LinearTransformers ", shown.GetProperty("environment").GetProperty("program").GetString(),
            StringComparison.Ordinal);

        string text = Invocation.Of("runs", "show", folder["run"]).Out;
        Assert.Contains("9 of 9", text);
        Assert.Contains(said.ToString("R", CultureInfo.InvariantCulture), text);
        Assert.Contains("\"hist-stride\": 1", text);
    }

    [Fact]
    public void A_run_that_is_being_written_says_by_whom()
    {
        using TemporaryFolder folder = new();
        using RunDirectory directory = RunDirectory.Open(folder["run"], new TrainingSettings());
        Assert.Contains($"running (process {Environment.ProcessId} on {Environment.MachineName})",
            Invocation.Of("runs", "show", folder["run"]).Out);
        Assert.Equal("running", Parse(Assert.Single(Invocation.Of("runs", "list", folder["run"], "--json").Lines)).GetProperty("status")
            .GetString());
    }

    [Fact]
    public void Compared_runs_are_drawn_over_one_another_with_the_numbers_behind_them()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0");
        Train(folder, "a1", "--sd", "1");
        Train(folder, "s0", "--alg", "sgd", "--hist-stride", "4");
        Invocation compared = Invocation.Of("runs", "compare", folder["runs"], "--out", folder["compare"], "--data", folder["compare.csv"]);
        Assert.True(compared.ExitCode == 0, compared.Error);
        Assert.Contains("defaults", compared.Out);
        Assert.Contains("alg sgd, hist-stride 4, test loss at iteration 60", compared.Out);
        foreach (string ending in (string[])[".png", ".svg", ".pdf"])
        {
            Assert.True(File.Exists(folder["compare"] + ending));
        }

        // The same points as the loss figure has of these runs.
        Assert.Equal(0, Invocation.Of(
            "plot", "loss", folder["runs"], "--every", "4", "--out", folder["loss.png"], "--data", folder["loss.csv"]).ExitCode);
        Assert.Equal(File.ReadAllText(folder["loss.csv"]), File.ReadAllText(folder["compare.csv"]));

        JsonElement json = Parse(
            Assert.Single(Invocation.Of(
                "runs", "compare", folder["runs/a0"], folder["runs/s0"], "--out", folder["two.svg"], "--json").Lines));
        Assert.Equal(2, json.GetProperty("runs").GetArrayLength());
        Assert.Equal(["runs", "caption", "numbers", "files"], json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(Keys, json.GetProperty("runs")[1].EnumerateObject().Select(property => property.Name));
        Assert.Equal(4, json.GetProperty("runs")[1].GetProperty("settings").GetProperty("hist-stride").GetInt32());
        Assert.Equal(folder["two.svg"], json.GetProperty("files")[0].GetString());
        Assert.Equal(4, json.GetProperty("numbers").GetArrayLength());
        Assert.All(json.GetProperty("numbers").EnumerateArray(), number
            => Assert.Equal(["name", "value"], number.EnumerateObject().Select(property => property.Name)));
        Assert.Empty(Parse(Assert.Single(Invocation.Of("runs", "compare", folder["runs"], "--no-figure", "--json").Lines))
            .GetProperty("files").EnumerateArray());
    }

    [Fact]
    public void What_cannot_be_shown_or_compared_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a");
        Refused("is the only run: compare takes two or more", "compare", folder["runs"]);
        Refused("there is no folder", "list", folder["nowhere"]);
        Train(folder, "b", "--sd", "1");
        Refused("holds 2 runs: it must be one run's folder", "show", folder["runs"]);
        Refused("--every is 0: it must be at least 1", "compare", folder["runs"], "--every", "0");
        File.WriteAllText(folder["runs/b/config.json"], "{");
        Refused("config.json is no run's configuration: line 1", "compare", folder["runs"]);
        Refused("config.json is no run's configuration: line 1", "show", folder["runs/b"]);

        static void Refused(string message, params string[] arguments)
        {
            Invocation invocation = Invocation.Of(["runs", .. arguments]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, invocation.Error);
            Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Empty(invocation.Out);
        }
    }
}
