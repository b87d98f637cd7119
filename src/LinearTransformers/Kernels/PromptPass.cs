using LinearTransformers.Numerics;

namespace LinearTransformers.Kernels;

/// <summary>Takes a share of a bundle of prompts through a model and back; one for each thread. Here: its memory.</summary>
internal abstract unsafe class PromptPass<TLane, TScalar>
    where TLane : unmanaged, ILane<TLane, TScalar>
    where TScalar : unmanaged
{
    private readonly AlignedBuffer<TLane> _memory;
    private TLane* _room;
    private long _left;

    /// <param name="parameterCount">The model's parameters.</param>
    /// <param name="promptLength">Entries of a prompt.</param>
    /// <param name="roomLength">What the model needs besides.</param>
    /// <param name="shares">Shares of a bundle.</param>
    protected PromptPass(int parameterCount, int promptLength, long roomLength, int shares)
    {
        _memory = new((shares * (parameterCount + 1L)) + promptLength + roomLength);
        PromptLength = promptLength;
        Gradients = _memory.Pointer;
        Squares = Gradients + ((long)shares * parameterCount);
        Lifted = Squares + shares;
        _room = Lifted + promptLength;
        _left = roomLength;
    }

    /// <summary>Entries of a prompt that are read.</summary>
    public int PromptLength { get; }

    /// <summary>Sums over the bundles of a block, lane by lane, in the layout of the parameters, one set for each share.</summary>
    public TLane* Gradients { get; }

    /// <summary>Those of the share at work.</summary>
    public TLane* Gradient { get; set; }

    /// <summary>Sums of squared residuals, one for each share.</summary>
    public TLane* Squares { get; }

    /// <summary>Room for a share's entries where they have to be copied as the kernel's numbers.</summary>
    public TLane* Lifted { get; }

    /// <summary>The next entries of the model's own room.</summary>
    protected TLane* Take(long length)
    {
        _left -= length;
        if (_left < 0)
        {
            throw new InvalidOperationException($"{GetType().Name} takes more room than it asked for");
        }

        TLane* taken = _room;
        _room += length;
        return taken;
    }
}
