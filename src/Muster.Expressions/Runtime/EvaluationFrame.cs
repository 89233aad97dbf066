using System.Globalization;
using System.Runtime.CompilerServices;
using Muster.Configuration.Model;

namespace Muster.Expressions.Runtime;

/// <summary>One evaluation of a C# expression: its context, and what it used of its budget. Used by one thread.</summary>
internal sealed class EvaluationFrame(EvaluationContext context, int seed, IReadOnlyDictionary<string, EntityType> entityTypes)
{
    /// <summary>Characters or elements of bulk work that count as one step.</summary>
    private const int BulkUnit = 256;

    private long _steps;
    private long _bytes;
    private TimeSpan _matching;
    private Random? _random;

    public EvaluationContext Context { get; } = context;

    public IReadOnlyDictionary<string, EntityType> EntityTypes { get; } = entityTypes;

    public AssignmentInformation? Assignment => Context.Assignment;

    public OrderFacts? Order => Context.ProvisioningOrder is { } order ? new OrderFacts(order) : null;

    public int Iteration => Context.Iteration;

    public DateTime Now { get; } = DateTime.SpecifyKind(context.Now, DateTimeKind.Utc);

    public DateTime Today => Now.Date;

    /// <summary>The generator of <c>new Random()</c>: the same numbers for the same expression and resource.</summary>
    public Random Random => _random ??= NewRandom(seed);

    public static Random NewRandom(int seed) => new(seed);

    /// <summary>Counts a loop round or an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        if (++_steps > Context.Budget.Steps)
        {
            throw EvaluationFault.Steps(Context.Budget.Steps);
        }
    }

    /// <summary>Counts an invocation, and refuses one that is nested too deeply for the stack.</summary>
    public void Enter()
    {
        Step();
        EnsureStack();
    }

    public static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new EvaluationFault("The expression calls itself too deeply. Use a loop instead.");
        }
    }

    /// <summary>Counts work over so many characters or elements.</summary>
    public void Work(long amount)
    {
        _steps += 1 + (Math.Max(0, amount) / BulkUnit);
        if (_steps > Context.Budget.Steps)
        {
            throw EvaluationFault.Steps(Context.Budget.Steps);
        }
    }

    /// <summary>Counts time spent in regular expressions; together they get a few times what one match may take.</summary>
    public void MatchedFor(TimeSpan time)
    {
        _matching += time;
        if (_matching > Context.Budget.RegexTimeout * 5)
        {
            throw new EvaluationFault("The expression spent too much time in regular expressions. Make their patterns simpler.");
        }
    }

    /// <summary>Counts memory before it is taken.</summary>
    public void Allocate(long bytes)
    {
        if (bytes > 0)
        {
            _bytes = bytes > Context.Budget.Bytes ? long.MaxValue / 2 : _bytes + bytes;
        }

        if (_bytes > Context.Budget.Bytes)
        {
            throw EvaluationFault.Bytes(Context.Budget.Bytes);
        }
    }

    /// <summary>Counts a text of so many characters before it is made, and the work of making it.</summary>
    public void AllocateText(long characters)
    {
        Allocate(24 + (2 * Math.Max(0, characters)));
        Work(characters);
    }

    /// <summary>A new array; the length is checked before.</summary>
    public T[] Array<T>(int length)
    {
        if (length < 0)
        {
            throw new EvaluationFault("An array cannot have a negative length.");
        }

        Allocate(24 + ((long)length * 16));
        Work(length);
        return new T[length];
    }

    /// <summary>The text of a value in a concatenation or interpolation.</summary>
    public static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    public static T NotNull<T>(T? value, string member)
        where T : class => value ?? throw EvaluationFault.Null(member);
}
