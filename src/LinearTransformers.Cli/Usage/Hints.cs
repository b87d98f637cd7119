using System.CommandLine;

namespace LinearTransformers.Cli.Usage;

/// <summary>What people type who know other programs, and what there is here instead.</summary>
internal static class Hints
{
    /// <summary>Words for what options here do, each list with the options that do it, of which a command has one at most.</summary>
    private static readonly (string Words, string[] Options)[] OtherNames =
    [
        ("steps iterations iters epochs num-steps num-iters num-iterations num-epochs train-steps", ["--max-iters"]),
        ("max-steps max-iterations max-iter n-iter niter T", ["--max-iters"]),
        ("batch-size batch bs batchsize minibatch n-batch num-prompts prompts", ["--B"]),
        ("layers n-layers num-layers depth L l", ["--n-layer", "--layers"]),
        ("n-layer", ["--layers"]),
        ("heads n-heads num-heads", ["--n-head"]),
        ("dim dimension n-dim num-features input-dim", ["--d"]),
        ("context context-length n-context examples num-examples n n-points seq-len", ["--N"]),
        ("learning-rate step-size eta rate lrate", ["--lr"]),
        ("optimizer optim opt algorithm algo", ["--alg"]),
        ("seeds", ["--seeds", "--sd"]),
        ("seed sd random-seed s", ["--sd", "--seeds"]),
        ("std init-std init stddev initial-std init-scale", ["--var"]),
        ("lbfgs-iters max-inner inner", ["--lbfgs-inner"]),
        ("beta beta1 beta2 adam-betas b1 b2", ["--betas"]),
        ("mu", ["--momentum"]),
        ("clip-norm clip-grad grad-clip max-grad-norm gradient-clipping clip-threshold clipping", ["--clip"]),
        ("lr-decay scheduler lr-scheduler", ["--schedule"]),
        ("halve-every", ["--lr-halve-every"]),
        ("warmup warmup-steps warmup-iters", ["--warm-up"]),
        ("wd l2 decay weightdecay", ["--weight-decay"]),
        ("nonlinearity attention", ["--activation"]),
        ("distribution data dist prompt", ["--mode"]),
        ("dtype float64 double fp64 float32", ["--precision"]),
        ("log-interval print-every log-freq", ["--log-every"]),
        ("hist-every history-stride snapshot-every", ["--hist-stride"]),
        ("save-interval checkpoint-every save-freq checkpoint", ["--save-every"]),
        ("workers num-workers jobs j num-threads n-threads cores cpus", ["--threads"]),
        ("output output-dir out-dir output-file dir save save-dir folder o file", ["--out"]),
        ("settings config-file preset c", ["--config", "--setting"]),
        ("eigenvalues lambda", ["--sigma"]),
        ("shape k", ["--shape-k"]),
        ("csv", ["--data", "--format"]),
        ("no-plots no-plot no-figure", ["--no-figures", "--no-figure"]),
        ("stride interval", ["--every"]),
        ("n-samples num-samples", ["--samples"]),
    ];

    /// <summary>Words for what there is nothing of here, and what to do instead.</summary>
    private static readonly (string Words, string Answer)[] NotHere =
    [
        ("sigma",
            "--var is the standard deviation of the initial parameters, and --covariance rotated gives covariates another covariance"),
        ("noise-std label-noise", "--noise is the standard deviation of the noise of labels"),
        ("device gpu cuda mps cpu", "everything runs on the processor; --threads says on how many threads"),
        ("resume restart continue load", "the same command with the same --out goes on where it was saved"),
        ("force overwrite f", "a run is never overwritten: choose another folder with --out, or delete the old one"),
        ("verbose v quiet q silent", "progress goes to standard error, which can be sent elsewhere: 2> FILE"),
        ("dry-run", "lintf config show prints settings without a run"),
        ("format type ext", "the end of --out chooses the format"),
        ("json", "this command writes no JSON"),
        ("V version", "lintf --version says it"),
    ];

    private static readonly (string Words, string Answer)[] Commands =
    [
        ("help", "lintf --help shows what there is"),
        ("version", "lintf --version says it"),
        ("list ls", "there are lintf runs list, lintf reproduce list and lintf config list"),
        ("show", "there are lintf runs show and lintf config show"),
        ("compare diff", "there is lintf runs compare"),
        ("validate check", "there is lintf config validate"),
        ("run fit", "there are lintf train and lintf reproduce"),
        ("figure draw", "there is lintf plot"),
        ("presets", "there is lintf config list"),
        ("experiments", "there is lintf reproduce list"),
        ("resume continue", "the command that began a run goes on with it when it is given again"),
        ("test evaluate score predict", "there is lintf eval"),
    ];

    /// <summary>"; …" about a word that a command has no option of; null where the word says nothing to us.</summary>
    public static string? OfOption(string word, IReadOnlyCollection<Option> options)
    {
        string bare = Bare(word);
        foreach ((string words, string[] names) in OtherNames)
        {
            if (Has(words, bare) && names.FirstOrDefault(name => options.Any(option => option.Name == name)) is { } here)
            {
                return $"; here it is {here}, {options.First(option => option.Name == here).Description}";
            }
        }

        return Answer(NotHere, bare);
    }

    /// <summary>"; …" about a word that is no command of the program; null where the word says nothing to us.</summary>
    public static string? OfCommand(string word) => Answer(Commands, word);

    private static string? Answer((string Words, string Answer)[] table, string word)
        => table.FirstOrDefault(row => Has(row.Words, word)).Answer is { } answer ? $"; {answer}" : null;

    private static string Bare(string word) => word.TrimStart('-').Replace('_', '-');

    private static bool Has(string words, string word) => words.Split(' ').Contains(word);
}
