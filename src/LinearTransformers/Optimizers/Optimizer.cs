using System.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers;

/// <summary>What moves parameters downhill: the settings of an optimizer, which makes one for so many parameters.</summary>
public abstract record Optimizer : Part
{
    /// <summary>The optimizers by name.</summary>
    public static Catalog<Optimizer> Catalog { get; } =
        new Catalog<Optimizer>("optimizer") { Absent = text => new AbsentOptimizer { Text = text } }
        .Add<Sgd>()
        .Add<Adam>()
        .Add<Lbfgs>()
        .Add<Lion>()
        .Add<SignDescent>()
        .Add<NormalizedDescent>();

    /// <summary>
    /// Whether it takes what other parts do to gradients and parameters between its steps: clipping, weight decay, entries set to zero. One
    /// that measures curvature by the change of the gradient along its own moves does not.
    /// </summary>
    public virtual bool StepsAreItsOwn => false;

    /// <summary>Numbers that it keeps for so many parameters.</summary>
    public virtual double StateCount(double parameters) => parameters;

    /// <summary>An optimizer at rest.</summary>
    /// <param name="count">Parameters, at least 1.</param>
    public abstract IOptimizer<T> Create<T>(int count)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
