using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Experiments.Paper1;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class ConfigTests
{
    [Fact]
    public void A_saved_configuration_makes_the_same_run_again()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of(
            "train", "--alg", "sgd", "--mode", "gamma", "--B", "64", "--max-iters", "9", "--hist-stride", "2", "--zero-p", "--out",
                folder["first"]).ExitCode);
        foreach (string config in (string[])[folder["first/config.json"], folder["first"]])
        {
            Assert.Equal(0, Invocation.Of("train", "--config", config, "--out", folder["again"]).ExitCode);
            foreach (string file in (string[])["config.json", "history.safetensors", "metrics.jsonl"])
            {
                Assert.Equal(File.ReadAllBytes(folder["first/" + file]), File.ReadAllBytes(folder["again/" + file]));
            }

            Directory.Delete(folder["again"], recursive: true);
        }
    }

    [Fact]
    public void Options_override_the_file()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["c.json"], """{ "lr": 0.5, "n-layer": 2, "zero-p": true, "resample-every": 7, "data-seed": 3, """
            + """ "clip": 2, "lr-halve-every": 9, "B": 20, "max-iters": 2 }""");
        Assert.Equal(
            0,
            Invocation.Of("train", "--config", folder["c.json"], "--lr", "0.25", "--zero-p", "false", "--resample-every", "none",
                "--data-seed", "none", "--clip", "none", "--lr-halve-every", "none", "--out", folder["run"]).ExitCode);
        Assert.Equal(new TrainingSettings { LearningRate = 0.25, Layers = 2, BatchSize = 20, MaxIterations = 2 },
            RunDirectory.Load(folder["run"]).Settings);
    }

    [Fact]
    public void Presets_are_the_experiments_own_settings()
    {
        string[] names = [.. Invocation.Of("config", "list").Lines.Select(line => line.Split(' ')[0])];
        Assert.Equal(names, PresetCatalog.All.Select(preset => preset.Name));
        Assert.Distinct(names);
        foreach (string name in (string[])[
            "simple", "rotation", "rotation-p0", "rotation-lbfgs", "variable-l", "variable-l-1", "variable-n", "variable-n-2",
                "normal-n20-sgd", "normal-n20-adam", "normal-n5-sgd", "normal-n5-adam", "sphere-sgd", "sphere-adam", "gamma-sgd",
                    "gamma-adam", "nonlinear", "nonlinear-sgd"])
        {
            Assert.Contains(name, names);
        }

        Assert.All(PresetCatalog.All, preset => preset.Settings.Validate());
        Assert.Equal(new RotationP0Experiment().Settings(0), SettingsJson.Read(Invocation.Of("config", "show", "rotation-p0").Out));
        Assert.Equal(new VariableNExperiment().Settings(0, 4), SettingsJson.Read(Invocation.Of("config", "show", "variable-n-4").Out));
    }

    [Fact]
    public void A_preset_trains_as_the_experiment_does_whatever_the_seed()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of(
            "reproduce", "simple", "--max-iters", "3", "--seeds", "0,2", "--no-figures", "--out", folder["runs"]).ExitCode);
        foreach (int seed in (int[])[0, 2])
        {
            // The data's seed is the run's in the preset, and stays so.
            Assert.Equal(0, Invocation.Of(
                "train", "--config", "simple", "--sd", $"{seed}", "--max-iters", "3", "--out", folder[$"run{seed}"]).ExitCode);
            foreach (string file in (string[])["config.json", "history.safetensors"])
            {
                Assert.Equal(File.ReadAllBytes(folder[$"runs/simple/adam-3its-seed{seed}/{file}"]),
                    File.ReadAllBytes(folder[$"run{seed}/{file}"]));
            }
        }
    }

    [Fact]
    public void A_copy_is_a_file_to_change_and_is_said_to_be_right()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("config", "copy", "gamma-sgd", folder["new/mine.json"]).ExitCode);
        Invocation valid = Invocation.Of("config", "validate", folder["new/mine.json"]);
        Assert.Equal(0, valid.ExitCode);
        Assert.Equal($"{folder["new/mine.json"]}: right; besides the defaults covariates gamma, alg sgd", valid.Out.TrimEnd());
        Assert.Equal(new TrainingSettings(), SettingsJson.Read(Invocation.Of("config", "show").Out));
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        string file = folder["c.json"];
        File.WriteAllText(file, "{\n  \"lr\": 0.1,\n  \"nlayer\": 3\n}");
        Refused($"{file}: line 3: there is no setting nlayer; did you mean n-layer?", "config", "validate", file);
        Refused($"{file}: line 3: there is no setting nlayer; did you mean n-layer?", "train", "--config", file);
        File.WriteAllText(file, "{ \"lr\": 0 }");
        Refused($"{file}: lr is 0: it must be positive and finite", "config", "show", file);
        Refused($"{file} is there already: it must be a new file", "config", "copy", "simple", file);
        Refused("there is no preset rotatoin: it must be one of lintf config list; did you mean rotation?", "config", "copy", "rotatoin",
            folder["new.json"]);
        Refused("there is no file simpel: it must be a JSON file of settings, a run's folder, or a preset of lintf config list; did "
            + "you mean simple?", "train", "--config", "simpel");
        Refused("is a folder that holds no run", "config", "show", folder[""]);
        Refused("the file's name is empty", "config", "validate", "");
        Refused("--resample-every is 100: it must be left out, or 0, with gamma covariates and linear labels", "train", "--config",
            "rotation", "--covariance", "identity", "--mode", "gamma");

        static void Refused(string message, params string[] arguments)
        {
            Invocation invocation = Invocation.Of(arguments);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, invocation.Error);
            Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Empty(invocation.Out);
        }
    }
}
