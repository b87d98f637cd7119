namespace LinearTransformers.Random;

/// <summary>
/// Lets runs that draw from one seed at different paces, as those of one seed and different context lengths do, make their normals once
/// between them. The runs take turns: the one that has drawn least goes on until it is well ahead of the others, so that all stay close to
/// one another and little has to be kept. What each draws is what it would draw alone.
/// </summary>
/// <remarks>
/// Each run has a seat and a thread, and all must run at the same time: a seat that nobody has taken yet holds the others up. Only the
/// torch stream's normals for views, of batches that are refreshed, are shared.
/// </remarks>
public sealed class SharedStream
{
    private const long NotCome = -1;
    private const long Gone = long.MaxValue;
    private const int Nobody = -1;

    /// <summary>
    /// Draws that a run may get ahead of the one that has drawn least before it passes the turn on: a core is idle for a moment
    /// whenever it is passed. The normals of so many take 17 MB.
    /// </summary>
    private const long MostAhead = 1 << 23;

    private readonly object _lock = new();
    private readonly PairTape _tape = new();
    private readonly long[] _places;
    private readonly long _mostAhead;
    private int _atTurn = Nobody;

    /// <summary>For so many runs.</summary>
    public SharedStream(int seats)
        : this(seats, MostAhead)
    {
    }

    /// <summary>The same with another margin, in draws.</summary>
    internal SharedStream(int seats, long mostAhead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(seats, 1);
        _places = new long[seats];
        Array.Fill(_places, NotCome);
        _mostAhead = mostAhead;
    }

    /// <summary>Takes a seat, and waits for the first turn. To be disposed of by the thread that took it, when its run has ended.</summary>
    public Seat Take(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _places.Length);
        Seat seat = new(this, index);
        WaitForTurn(index, 0);
        return seat;
    }

    /// <summary>Returns when it is the run's turn; gives back the first place that is still wanted.</summary>
    private long WaitForTurn(int index, long place)
    {
        lock (_lock)
        {
            _places[index] = place;
            if (_atTurn != index || place - _places.Min() > _mostAhead)
            {
                Yield(index);
            }

            while (_atTurn != index)
            {
                Monitor.Wait(_lock);
            }

            return _places.Min();
        }
    }

    private void Leave(int index)
    {
        lock (_lock)
        {
            _places[index] = Gone;
            Yield(index);
        }
    }

    /// <summary>Gives the turn to the run that has drawn least, once it has come.</summary>
    private void Yield(int index)
    {
        if (_atTurn == index)
        {
            _atTurn = Nobody;
        }

        int least = Array.IndexOf(_places, _places.Min());
        if (_atTurn == Nobody && _places[least] is not (NotCome or Gone))
        {
            _atTurn = least;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>A run's place among those that share.</summary>
    public sealed class Seat : IDisposable
    {
        private readonly SharedStream _stream;
        private readonly int _index;

        internal Seat(SharedStream stream, int index) => (_stream, _index) = (stream, index);

        /// <summary>Waits for the run's turn, then has normals made, and moves the engine on.</summary>
        /// <returns>The normals; null where the tape has none for this place, and the engine has not moved then.</returns>
        internal LentNormals? Borrow(MersenneTwister engine, int count)
        {
            long place = engine.Drawn;
            long first = _stream.WaitForTurn(_index, place);
            if (!_stream._tape.TryWind(engine, count, first))
            {
                return null;
            }

            _stream._tape.MoveTo(place + (2L * count), engine);
            return new LentNormals(_stream._tape, place, count);
        }

        /// <summary>Leaves: the others go on without this run.</summary>
        public void Dispose() => _stream.Leave(_index);
    }
}
