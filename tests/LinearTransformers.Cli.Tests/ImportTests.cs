using System.Text.Json;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class ImportTests
{
    private static readonly float[][] Expected = ReadExpected("expected.json", "hist");

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "pth", name);

    private static Invocation Import(string name, TemporaryFolder folder, params string[] options)
    {
        Invocation invocation = Invocation.Of(["import", Golden(name), "--out", folder["run"], "--B", "50", .. options]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        return invocation;
    }

    [Theory]
    [InlineData("train_hist_list.pth")]
    [InlineData("train_hist_list_legacy.pth")]
    [InlineData("variable_L_hist.pth")]
    public void A_file_of_one_run_becomes_its_folder_with_the_same_parameters(string name)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Import(name, folder, "--sd", "4", "--alg", "sgd", "--hist-stride", "100", "--N", "7");
        Assert.Contains("4 snapshots, iterations 0 to 300, n-layer 3, n-head 1, d 5, sd 4", invocation.Out);
        RunDirectory run = RunDirectory.Load(folder["run"]);
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Equal((new Sgd(), 7, 50, 4L, 400),
            (run.Settings.Optimizer, run.Settings.ContextLength, run.Settings.BatchSize, run.Settings.Seed, run.Settings.MaxIterations));
        History<float> history = run.ReadHistory<float>();
        Assert.Equal([0L, 100, 200, 300], history.Iterations);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Expected[i], history[i].ToArray());
        }
    }

    [Theory]
    [InlineData("train_hist_list.pth", "run")]
    [InlineData("rotation_hist_dict.pth", "run/seed1")]
    [InlineData("variable_L_hist.pth", "run")]
    public void Every_figure_can_be_drawn_of_an_imported_run(string name, string run)
    {
        using TemporaryFolder folder = new();
        Import(name, folder);
        foreach (string figure in (string[])["loss", "noise", "condition-number", "smoothness", "matrices", "distance-to-identity"])
        {
            string[] how = figure switch
            {
                "noise" => ["--samples", "20"],
                "loss" or "condition-number" or "distance-to-identity"
                => ["--every", "1"],
                _ => []
            };
            Invocation invocation = Invocation.Of(["plot", figure, folder[run], .. how, "--out", folder[figure + ".png"]]);
            Assert.True(invocation.ExitCode == 0, figure + ": " + invocation.Error);
            Assert.True(File.Exists(folder[figure + ".png"]));
        }
    }

    [Fact]
    public void Several_runs_become_a_folder_each_with_the_seed_of_their_key_and_their_U_and_D()
    {
        using TemporaryFolder folder = new();
        Import("rotation_hist_dict.pth", folder, "--hist-stride", "100", "--max-iters", "200");
        for (int seed = 0; seed < 2; seed++)
        {
            RunDirectory run = RunDirectory.Load(folder[$"run/seed{seed}"]);
            Assert.Equal((seed, new RotatedCovariance()), (run.Settings.Seed, run.Settings.Covariance));
            History<float> history = run.ReadHistory<float>();
            Assert.Equal(Expected[2 * seed], history[0].ToArray());
            Assert.Equal([1, 1, 0.5f, 0.25f, 1], history.Covariance!.D);
        }

        Invocation plot = Invocation.Of("plot", "loss", folder["run"], "--every", "100", "--out", folder["loss.png"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        Assert.Contains("mean of 2 seeds", plot.Out);
    }

    [Fact]
    public void Plain_numbers_become_a_file_of_tensors_that_export_makes_a_table_of()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("noiseList; there is no run in the file, these are its numbers", Import("noise_list.pth", folder).Out);
        Assert.Equal([1.5, 2.25, 3.125], TensorFile.Read(folder["run/values.safetensors"]).Get<double>("noiseList", 3).ToArray());
        Assert.Equal(0, Invocation.Of("export", folder["run/values.safetensors"], "--out", folder["noise.csv"]).ExitCode);
        Assert.Equal("noiseList\n1.5\n2.25\n3.125\n", File.ReadAllText(folder["noise.csv"]));
    }

    [Fact]
    public void State_dicts_that_are_no_run_are_kept_as_tensors()
    {
        using TemporaryFolder folder = new();
        Import("nonlinear_hist.pth", folder);
        TensorFile values = TensorFile.Read(folder["run/values.safetensors"]);
        Assert.Equal(["hist_list.0.0.weight", "hist_list.0.0.bias", "hist_list.0.2.weight", "hist_list.0.2.bias", "param_list.0"],
            values.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([3, 2], values["hist_list.0.0.weight"].Shape);
    }

    [Fact]
    public void State_dicts_that_are_all_the_last_iterate_give_way_to_the_vectors_beside_them()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Import("nonlinear_state_dicts_and_vectors.pth", folder, "--lr", "0.05");
        Assert.Contains("5 snapshots, iterations 1 to 5, n-layer 2, n-head 1, d 2, sd 0", invocation.Out);
        Assert.EndsWith(
            "nonlinear_state_dicts_and_vectors.pth: \"hist_list\" has 5 times the same numbers, as a state_dict is no copy: the run is "
                + "the 5 vectors of \"param_list\", taken after each step, with the parameters in the order of the model; the last is "
                    + "the iterate that \"hist_list\" holds\n", invocation.Error);
        Assert.False(File.Exists(folder["run/values.safetensors"]));
        RunDirectory run = RunDirectory.Load(folder["run"]);
        History<float> history = run.ReadHistory<float>();
        Assert.Equal((new NonlinearRegressionModel { Hidden = 3 }, 5), (run.Settings.Model, run.Settings.MaxIterations));
        Assert.Equal([1L, 2, 3, 4, 5], history.Iterations);
        float[][] expected = ReadExpected("nonlinear_expected.json", "param_list");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(expected[i], history[i].ToArray());
        }

        foreach ((string figure, string[] how) in ((string, string[])[])[
            ("loss", ["--every", "1"]), ("condition-number", ["--every", "2"]), ("smoothness", []), ("noise", ["--samples", "20"])])
        {
            Invocation plot = Invocation.Of(
                ["plot", figure, folder["run"], .. how, "--out", folder[figure + ".png"], "--data", folder[figure + ".csv"]]);
            Assert.True(plot.ExitCode == 0, figure + ": " + plot.Error);
        }

        Assert.Equal(["1", "2", "3", "4"], File.ReadLines(folder["smoothness.csv"]).Skip(1).Select(line => line.Split(',')[0]));
        Assert.Equal(["2", "4", "5"], File.ReadLines(folder["condition-number.csv"]).Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void With_a_stride_vectors_from_after_the_step_are_each_an_iteration_later()
    {
        using TemporaryFolder folder = new();
        Import("nonlinear_state_dicts_and_vectors.pth", folder, "--hist-stride", "10");
        Assert.Equal([1L, 11, 21, 31, 41], RunDirectory.Load(folder["run"]).ReadHistory<float>().Iterations);
        Invocation plot = Invocation.Of(
            "plot", "loss", folder["run"], "--every", "20", "--out", folder["loss.png"], "--data", folder["loss.csv"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        Assert.Equal(["1", "21", "41"], File.ReadLines(folder["loss.csv"]).Skip(1).Select(line => line.Split(',')[0]));

        // A run of ours with its snapshots before the step has none in common with it, with stride 1 all but the first.
        string[] train = ["train", "--model", "nonlinear-regression", "--n-layer", "2", "--d", "2", "--hidden", "3", "--B", "50", "--sd",
            "1"];
        Assert.Equal(0, Invocation.Of([.. train, "--max-iters", "50", "--hist-stride", "10", "--out", folder["trained"]]).ExitCode);
        Invocation both = Invocation.Of("plot", "loss", folder["run"], folder["trained"], "--every", "20", "--out", folder["loss.png"]);
        Assert.True(both.ExitCode == 0, both.Error);
        Assert.Contains(
            $"lintf: left out: {folder["trained"]}: its history begins at iteration 0 and that of {folder["run"]} at 1, with "
                + "hist-stride 10: they have no iteration in common", both.Error);
        Assert.Equal(0, Invocation.Of([.. train, "--max-iters", "5", "--out", folder["each/trained"]]).ExitCode);
        Assert.Equal(0, Invocation.Of(
            "import", Golden("nonlinear_state_dicts_and_vectors.pth"), "--out", folder["each/imported"], "--B", "50").ExitCode);
        plot = Invocation.Of("plot", "loss", folder["each"], "--every", "1", "--out", folder["loss.png"], "--data", folder["loss.csv"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        Assert.Equal(["1", "2", "3", "4", "5"], File.ReadLines(folder["loss.csv"]).Skip(1).Select(line => line.Split(',')[0]));
    }

    [Fact]
    public void What_the_file_does_not_tell_comes_from_a_preset_and_the_data_follow_each_key()
    {
        using TemporaryFolder folder = new();
        TrainingSettings preset = PresetCatalog.Find("rotation")!.Settings;
        Assert.Equal(0, Invocation.Of(
            "import", Golden("rotation_hist_dict.pth"), "--out", folder["run"], "--config", "rotation", "--hist-stride", "100", "--lr",
                "0.5").ExitCode);
        for (int seed = 0; seed < 2; seed++)
        {
            Assert.Equal(preset with { Seed = seed, DataSeed = seed, LearningRate = 0.5, HistoryStride = 100, MaxIterations = 200 },
                RunDirectory.Load(folder[$"run/seed{seed}"]).Settings);
        }

        Assert.Equal(0, Invocation.Of(
            "import", Golden("rotation_hist_dict.pth"), "--out", folder["other"], "--config", "rotation", "--data-seed", "7").ExitCode);
        Assert.Equal((1L, 7L),
            (RunDirectory.Load(folder["other/seed1"]).Settings.Seed, RunDirectory.Load(folder["other/seed1"]).Settings.DataSeed));
        Assert.Equal(0, Invocation.Of(
            "import", Golden("nonlinear_state_dicts_and_vectors.pth"), "--out", folder["nonlinear"], "--config", "nonlinear", "--sd",
                "3").ExitCode);
        Assert.Equal(
            PresetCatalog.Find("nonlinear")!.Settings with
            {
                Seed = 3,
                Layers = 2,
                Dimension = 2,
                Model = new NonlinearRegressionModel { Hidden = 3 },
                MaxIterations = 5
            }, RunDirectory.Load(folder["nonlinear"]).Settings);
    }

    [Fact]
    public void What_was_imported_is_said_as_JSON_on_request()
    {
        using TemporaryFolder folder = new();
        using JsonDocument json =
            JsonDocument.Parse(Assert.Single(Import("rotation_hist_dict.pth", folder, "--hist-stride", "100", "--json").Lines));
        Assert.True(json.RootElement.GetProperty("done").GetBoolean());
        JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal([folder["run/seed0"], folder["run/seed1"]], runs.Select(run => run.GetProperty("path").GetString()));
        Assert.Equal([2, 0, 100], ((string[])["snapshots", "firstIteration", "lastIteration"])
            .Select(name => runs[1].GetProperty(name).GetInt32()));
        Assert.Empty(json.RootElement.GetProperty("files").EnumerateArray());

        using TemporaryFolder numbers = new();
        Assert.Equal($"{{\"done\":true,\"runs\":[],\"files\":[\"{numbers["run/values.safetensors"]}\"]}}",
            Assert.Single(Import("noise_list.pth", numbers, "--json").Lines));
    }

    [Fact]
    public void An_imported_run_can_be_imported_again_but_not_trained_further()
    {
        using TemporaryFolder folder = new();
        Import("train_hist_list.pth", folder);
        Import("train_hist_list.pth", folder);
        Invocation train = Invocation.Of("train", "--B", "50", "--max-iters", "4", "--out", folder["run"]);
        Assert.Equal(2, train.ExitCode);
        Assert.Contains("was imported from train_hist_list.pth: it can be plotted and exported, but holds nothing to go on from",
            train.Error);
    }

    [Fact]
    public void What_cannot_be_imported_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["note.pth"], "text");
        File.WriteAllBytes(folder["cut.pth"], File.ReadAllBytes(Golden("train_hist_list.pth"))[..2000]);
        Refused("--out is missing: it must be a folder", "train_hist_list.pth");
        Refused("cannot be read", "nowhere.pth", "--out", folder["x"]);
        Refused("note.pth: byte 0: neither of the formats of torch.save", folder["note.pth"], "--out", folder["x"]);
        Refused("cut.pth: byte 1978: the end of a ZIP directory should stand here", folder["cut.pth"], "--out", folder["x"]);
        Refused("nonlinear_state_dicts.pth: byte 232: all 5 snapshots of \"hist_list\" are the same numbers, those of one iterate",
            "nonlinear_state_dicts.pth", "--out", folder["x"]);
        Refused("--n-layer is 4: it must be 3 as in", "train_hist_list.pth", "--out", folder["x"], "--n-layer", "4");
        Refused("--covariance is rotated: it must be identity as in", "train_hist_list.pth", "--out", folder["x"], "--covariance",
            "rotated");
        Refused("--max-iters is 3: it must be above 3, the iteration of the last snapshot of", "train_hist_list.pth", "--out", folder["x"],
            "--max-iters", "3");
        Refused("--hist-stride is 0: it must be at least 1", "train_hist_list.pth", "--out", folder["x"], "--hist-stride", "0");
        Refused("would be runs of the same settings", "rotation_hist_dict.pth", "--out", folder["x"], "--sd", "3");
        Refused("--keys is seeds: it must be the name of an option of lintf train", "rotation_hist_dict.pth", "--out", folder["x"],
            "--keys", "seeds");
        Refused("--config is rotation: it must be settings of the file's runs, and ", "train_hist_list.pth", "--out", folder["x"],
            "--config", "rotation");
        Refused("has no covariance U and D, which these say it has", "train_hist_list.pth", "--out", folder["x"], "--config", "rotation");
        Refused("has no network before its attention, which these say it has", "train_hist_list.pth", "--out", folder["x"], "--config",
            "nonlinear");
        Refused("has a covariance U and D, which these say it has not", "rotation_hist_dict.pth", "--out", folder["x"], "--config",
            "simple");
        Refused("it must be a JSON file of settings, a run's folder, or a preset of lintf config list", "train_hist_list.pth", "--out",
            folder["x"], "--config", "nowhere");
        Refused("--entry is hist: it must be hist_list", "train_hist_list.pth", "--out", folder["x"], "--entry", "hist");
        Assert.False(Directory.Exists(folder["x"]));
        Assert.Equal(0, Invocation.Of("train", "--B", "50", "--max-iters", "4", "--out", folder["trained"]).ExitCode);
        Refused("holds a trained run of these settings: choose another folder", "train_hist_list.pth", "--B", "50", "--out",
            folder["trained"]);

        static void Refused(string message, string file, params string[] options)
        {
            Invocation invocation = Invocation.Of(["import", Path.IsPathRooted(file) ? file : Golden(file), .. options]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, invocation.Error);
            Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
            Assert.Empty(invocation.Out);
        }
    }

    private static float[][] ReadExpected(string name, string entry)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Golden(name)));
        return [.. document.RootElement.GetProperty(entry).EnumerateArray()
            .Select(values => values.EnumerateArray().Select(value => (float)value.GetDouble()).ToArray())];
    }
}
