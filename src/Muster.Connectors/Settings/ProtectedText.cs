namespace Muster.Connectors.Settings;

/// <summary>
/// A secret of the settings file. It is decrypted when it is asked for, and never prints itself: <see cref="ToString"/>, string
/// interpolation, logs and serialized objects show <c>***</c>.
/// </summary>
public sealed class ProtectedText
{
    private readonly Func<string> _reveal;

    internal ProtectedText(Func<string> reveal)
    {
        _reveal = reveal;
    }

    /// <summary>The secret itself; throws <see cref="SettingsException"/> if it cannot be decrypted. Do not keep the result.</summary>
    public string Reveal() => _reveal();

    public override string ToString() => "***";
}
