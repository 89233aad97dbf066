namespace Muster.Expressions;

/// <summary>Codes of the diagnostics made here; each has a line in <c>docs/diagnostics.md</c>.</summary>
internal static class ExpressionCodes
{
    public const string Empty = "MUS2001";
    public const string BindingWithoutRoot = "MUS2002";
    public const string UnknownEntityType = "MUS2003";
    public const string UnknownProperty = "MUS2004";
    public const string NotANavigation = "MUS2005";
    public const string BindingSyntax = "MUS2006";
    public const string BindingResult = "MUS2007";
    public const string UnknownFunction = "MUS2010";
    public const string FunctionCase = "MUS2011";
    public const string FunctionArguments = "MUS2012";
    public const string FunctionNotAllowed = "MUS2013";
    public const string FunctionWithoutBinding = "MUS2014";
    public const string UnknownTimeZone = "MUS2015";
    public const string LiteralNotAllowed = "MUS2020";
    public const string LiteralValue = "MUS2021";
    public const string CompilerError = "MUS2030";
    public const string NoReturn = "MUS2031";
    public const string NotAuthorized = "MUS2032";
    public const string NotSupported = "MUS2033";
    public const string MissingPrefix = "MUS2034";
    public const string ResultType = "MUS2035";
    public const string TooComplex = "MUS2036";
    public const string PossibleNull = "MUS2037";
    public const string EntityArgument = "MUS2038";
    public const string InputMissing = "MUS2039";
    public const string ReadsEverything = "MUS2040";
}
