namespace Muster.Configuration.Diagnostics;

/// <summary>
/// The codes of all findings about configurations: 10 files, 11 form of elements, 12 identifiers and references, 13 entity model,
/// 14 connectors, 15 policy and roles, 19 read over or not supported. Jobs and scaffoldings have their own (MUS30 to MUS32).
/// <c>docs/diagnostics.md</c> has an entry for each.
/// </summary>
public static class DiagnosticCodes
{
    /// <summary>The file is no well-formed XML.</summary>
    public const string NotWellFormed = "MUS1001";

    /// <summary>The file has a document type.</summary>
    public const string DocumentType = "MUS1002";

    /// <summary>The file is larger than 64 MiB.</summary>
    public const string FileTooLarge = "MUS1003";

    /// <summary>Nested too deep, or too many attributes.</summary>
    public const string TooComplex = "MUS1004";

    /// <summary>The root has no namespace (notice).</summary>
    public const string MissingNamespace = "MUS1005";

    /// <summary>The root is another element, or in another namespace.</summary>
    public const string WrongRoot = "MUS1006";

    /// <summary>An element inside the file is in another namespace.</summary>
    public const string WrongNamespace = "MUS1007";

    /// <summary>The operating system refused to give the file.</summary>
    public const string FileUnreadable = "MUS1008";

    /// <summary>The configuration directory does not exist.</summary>
    public const string DirectoryMissing = "MUS1009";

    /// <summary>The configuration directory holds no XML file.</summary>
    public const string NoFiles = "MUS1010";

    /// <summary>An element holds text (warning).</summary>
    public const string UnexpectedText = "MUS1011";

    /// <summary>An element that the format does not have, or not in this place.</summary>
    public const string UnknownElement = "MUS1101";

    /// <summary>An attribute that the element does not have.</summary>
    public const string UnknownAttribute = "MUS1102";

    /// <summary>A required attribute is missing or empty.</summary>
    public const string MissingAttribute = "MUS1103";

    /// <summary>The value is not one of the attribute's type.</summary>
    public const string BadValue = "MUS1104";

    /// <summary>An attribute is written in two spellings.</summary>
    public const string AttributeTwice = "MUS1105";

    /// <summary>A leftover of old configurations that has no effect, or an old spelling (warning).</summary>
    public const string ObsoleteAttribute = "MUS1106";

    /// <summary>A child that may stand once stands several times.</summary>
    public const string ChildTwice = "MUS1107";

    /// <summary>A text in a language that no <c>Language</c> element declares (warning).</summary>
    public const string UnknownLanguage = "MUS1108";

    /// <summary>Two elements of a kind have one identifier.</summary>
    public const string DuplicateIdentifier = "MUS1201";

    /// <summary>Two identifiers of a kind differ in letter case only.</summary>
    public const string IdentifierCase = "MUS1202";

    /// <summary>The identifier is a reserved word.</summary>
    public const string ReservedWord = "MUS1203";

    /// <summary>The identifier does not have the form that its kind asks for.</summary>
    public const string IdentifierForm = "MUS1204";

    /// <summary>An identifier that names nothing.</summary>
    public const string UnknownReference = "MUS1205";

    /// <summary>A property that the entity type does not have.</summary>
    public const string UnknownProperty = "MUS1206";

    /// <summary>A property of another kind or entity type than is needed there.</summary>
    public const string WrongProperty = "MUS1207";

    /// <summary>A property that both ends, or two associations, claim.</summary>
    public const string PropertyInTwoAssociations = "MUS1301";

    /// <summary>A foreign key without an association (warning).</summary>
    public const string ForeignKeyWithoutAssociation = "MUS1302";

    /// <summary>An entity type without a key property (warning).</summary>
    public const string NoKeyProperty = "MUS1303";

    /// <summary>Two properties of an entity type in one storage column.</summary>
    public const string ColumnConflict = "MUS1304";

    /// <summary>A storage column that does not exist, or not for that kind of property.</summary>
    public const string ColumnRange = "MUS1305";

    /// <summary>Two expressions compute one property.</summary>
    public const string ComputedTwice = "MUS1306";

    /// <summary>A property is both mapped to a column and computed (warning).</summary>
    public const string MappedAndComputed = "MUS1307";

    /// <summary>A computed property whose expression is missing, or that no expression can compute.</summary>
    public const string NotComputable = "MUS1308";

    /// <summary>Grouping of a property that leads to no more than one resource (warning).</summary>
    public const string NothingToGroup = "MUS1309";

    /// <summary>A mapping without primary key, or with several.</summary>
    public const string PrimaryKey = "MUS1401";

    /// <summary>No primary key; the first unique key is taken (warning).</summary>
    public const string PrimaryKeyAssumed = "MUS1402";

    /// <summary>More unique keys than three (error).</summary>
    public const string TooManyUniqueKeys = "MUS1403";

    /// <summary>An association mapping's property is no key of its entity type's mapping.</summary>
    public const string NotAKey = "MUS1404";

    /// <summary>A package that Muster does not know (warning).</summary>
    public const string UnknownPackage = "MUS1405";

    /// <summary>A known package without a connector behind it yet (warning).</summary>
    public const string PackageNotYet = "MUS1406";

    /// <summary>For some operation all thresholds are off (warning).</summary>
    public const string ThresholdsOff = "MUS1407";

    /// <summary>A navigation or file is mapped as if it were a scalar.</summary>
    public const string MappedNavigation = "MUS1408";

    /// <summary>A transformation lacks what its type needs.</summary>
    public const string Transformation = "MUS1410";

    /// <summary>A mapping that cannot read anything: columns without table or the reverse.</summary>
    public const string IncompleteMapping = "MUS1411";

    /// <summary>A connection identifier with characters that cause trouble (warning).</summary>
    public const string ConnectionIdentifier = "MUS1412";

    /// <summary>Two dimensions in one column, or a column outside 0 to 127.</summary>
    public const string DimensionColumn = "MUS1501";

    /// <summary>A hierarchical dimension without a parent property, or with a wrong one.</summary>
    public const string DimensionParent = "MUS1502";

    /// <summary>An attribute's number names no dimension.</summary>
    public const string UnknownDimension = "MUS1503";

    /// <summary>Hierarchy inheritance that cannot have effect (warning).</summary>
    public const string InheritanceWithoutEffect = "MUS1504";

    /// <summary>A second context rule for an entity type.</summary>
    public const string ContextRuleTwice = "MUS1505";

    /// <summary>A rule without a value or without one of its sides.</summary>
    public const string IncompleteRule = "MUS1506";

    /// <summary>A binding whose path does not exist.</summary>
    public const string Binding = "MUS1507";

    /// <summary>RemoveOrphans without AllowRemove.</summary>
    public const string RemoveOrphans = "MUS1508";

    /// <summary>A navigation property fed by navigation rules and by query rules.</summary>
    public const string NavigationAndQuery = "MUS1509";

    /// <summary>An expression kind that is not accepted there.</summary>
    public const string ExpressionKind = "MUS1510";

    /// <summary>A cycle of parents or dependencies.</summary>
    public const string Cycle = "MUS1511";

    /// <summary>Elements of different policies or entity types are brought together.</summary>
    public const string Mismatch = "MUS1512";

    /// <summary>The policy is not enabled, so that nothing of it is computed (warning).</summary>
    public const string PolicyDisabled = "MUS1513";

    /// <summary>A confidence outside its range.</summary>
    public const string Range = "MUS1515";

    /// <summary>An access control entry that would open everything.</summary>
    public const string RootPermission = "MUS1516";

    /// <summary>The secret of the documentation's sample (warning).</summary>
    public const string SampleSecret = "MUS1517";

    /// <summary>A text that is no permission's path.</summary>
    public const string PermissionForm = "MUS1518";

    /// <summary>An access control filter that compares with nothing, or with several things.</summary>
    public const string AccessFilter = "MUS1519";

    /// <summary>Access control for an entity type that neither the configuration nor Muster has, or a path that it does not have (warning).</summary>
    public const string AccessEntityType = "MUS1520";

    /// <summary>More profiles of a user than count (warning).</summary>
    public const string TooManyProfiles = "MUS1521";

    /// <summary>A number of a profile context that is not -2 or smaller.</summary>
    public const string ProfileContextNumber = "MUS1522";

    /// <summary>Access control that gives nothing, though it looks as if it would (warning).</summary>
    public const string AccessWithoutEffect = "MUS1523";

    /// <summary>A permission that does not exist, with one that does nearby (notice).</summary>
    public const string UnknownPermission = "MUS1524";

    /// <summary>The hash of a secret that no secret has (warning).</summary>
    public const string SecretHash = "MUS1525";

    /// <summary>Two rules that give one value at the same time (warning).</summary>
    public const string OverlappingRules = "MUS1526";

    /// <summary>A naming rule that makes nothing, or of which something has no effect (warning).</summary>
    public const string RoleMapping = "MUS1528";

    /// <summary>A parameter of a resource type that none of its type rules uses (warning).</summary>
    public const string UnusedParameter = "MUS1529";

    /// <summary>A record section that cannot be: without context rule, with a property of another, a second default section.</summary>
    public const string RecordSection = "MUS1530";

    /// <summary>Something of record sections, or beside them, that has no effect or a surprising one (warning or notice).</summary>
    public const string RecordSectionEffect = "MUS1531";

    /// <summary>Password settings by which no password can be made.</summary>
    public const string PasswordSettings = "MUS1532";

    /// <summary>An element of the format that Muster reads over (notice).</summary>
    public const string ReadOver = "MUS1901";

    /// <summary>Something that is read and kept but not evaluated yet (warning).</summary>
    public const string NotSupportedYet = "MUS1902";
}
