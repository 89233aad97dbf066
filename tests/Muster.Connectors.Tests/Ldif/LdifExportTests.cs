using Muster.Configuration.Exchange;
using Muster.Configuration.Jobs;

namespace Muster.Connectors.Tests.Ldif;

public sealed class LdifExportTests : IDisposable
{
    private readonly Given _given = new("Usercube.LDIF@0000001");

    public void Dispose() => _given.Dispose();

    [Fact]
    public async Task Export_PlainFile_WritesInsertRowsOfFilteredEntries()
    {
        _given.Write("people.ldif", """
            dn: cn=Ada,dc=x
            objectClass: top
            objectClass: Person
            cn: Ada
            mail: a@x
            mail: b@x

            dn: cn=Printer,dc=x
            objectClass: device
            cn: Printer

            """);
        _given.WithSettings("""
            "LDIFFile": "people.ldif", "FilterAttribute": "objectclass", "FilterValues": "person group", "Attributes": ["dn", "CN", "mail"]
            """);

        Assert.True((await _given.ExportAsync()).Processed);

        Assert.Equal("Command,dn,CN,mail\nInsert,\"cn=Ada,dc=x\",Ada,\"a@x\nb@x\"\n", _given.Exported());
        Assert.Equal(ExtractContent.Full, _given.Manifest.Content);
    }

    [Fact]
    public async Task Export_ChangeRecords_GiveCommandsInAnIncrementalJobOnly()
    {
        _given.Write("people.ldif", """
            dn: cn=Ada,dc=x
            changetype: add
            sn: Lovelace

            dn: cn=Bob,dc=x
            changetype: modify
            replace: sn
            sn: Babbage
            -

            dn: cn=Eve,dc=x
            changetype: delete

            """);
        _given.WithSettings("""  "LDIFFile": "people.ldif", "Attributes": ["dn", "sn"]  """);

        await _given.ExportAsync(complete: false);

        Assert.Equal("Command,dn,sn\nInsert,\"cn=Ada,dc=x\",Lovelace\nMerge,\"cn=Bob,dc=x\",Babbage\nDelete,\"cn=Eve,dc=x\",\n", _given.Exported());
        Assert.Equal((SynchronizationMode.Incremental, ExtractContent.Changes), (_given.Manifest.Mode, _given.Manifest.Content));
        Assert.Contains("Line 5", (await _given.ExportFailsAsync()).Message, StringComparison.Ordinal);
        Assert.Empty(_given.ExportedFiles);
    }

    [Fact]
    public async Task Export_ChangeRecordWithoutAllColumns_FailsRatherThanEmptiesThem()
    {
        _given.Write("people.ldif", "dn: cn=Bob,dc=x\nchangetype: modify\nreplace: sn\nsn: B\n-\n");
        _given.WithSettings("""  "LDIFFile": "people.ldif", "Attributes": ["dn", "sn", "mail"]  """);

        var failure = await _given.ExportFailsAsync(complete: false);

        Assert.Contains("'mail'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("line 1", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file:///etc/hostname", "outside 'SourcesRootPaths'")]
    [InlineData("http://example.org/x", "only file:///")]
    [InlineData("file://host/share/x", "only file:///")]
    public async Task Export_FileUrlOutsideTheSources_IsRefused(string url, string expected)
    {
        _given.Write("people.ldif", $"dn: cn=Bob,dc=x\njpegPhoto:< {url}\n");
        _given.WithSettings("""  "LDIFFile": "people.ldif", "Attributes": ["jpegPhoto"]  """);

        Assert.Contains(expected, (await _given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_FileUrlInsideTheSources_IsRead()
    {
        var note = _given.Write("note.txt", "hello");
        _given.Write("people.ldif", $"dn: cn=Bob,dc=x\ndescription:< {new Uri(note).AbsoluteUri}\n");
        _given.WithSettings("""  "LDIFFile": "people.ldif", "Attributes": ["description"]  """);

        await _given.ExportAsync();

        Assert.Equal("Command,description\nInsert,hello\n", _given.Exported());
    }

    [Fact]
    public async Task Export_DirectoryFile_WritesEntriesAndLinks()
    {
        using var directory = new GivenDirectory();
        await directory.Given.ExportAsync();

        Assert.StartsWith(
            """
            dn,parentdn,rdn,entryUUID,cn,sn,userAccountControl,bit_userAccountControl_2,proxyAddresses,accountExpires,jpegPhoto,manager
            "dc=contoso,dc=com",,dc=contoso,,,,,,,,,

            """,
            directory.Given.Exported("HRPeople_entries"),
            StringComparison.Ordinal);
        Assert.Contains(
            "\"cn=Ada Lovelace,ou=People,dc=contoso,dc=com\",\"ou=People,dc=contoso,dc=com\",cn=Ada Lovelace,11111111222233334444555555555555,Ada Lovelace,Lovelace,512,false,,,,\n",
            directory.Given.Exported("HRPeople_entries"),
            StringComparison.Ordinal);
        Assert.Contains(
            "Bob,Babbage,,,\"A@x\nb@x\",,,\"cn=Ada Lovelace,ou=People,dc=contoso,dc=com\"\n", directory.Given.Exported("HRPeople_entries"), StringComparison.Ordinal);
        Assert.Equal(
            "dn,member\n\"cn=Admins,dc=contoso,dc=com\",\"cn=Ada Lovelace,ou=People,dc=contoso,dc=com\"\n\"cn=Admins,dc=contoso,dc=com\",\"cn=Bob,ou=People,dc=contoso,dc=com\"\n",
            directory.Given.Exported("HRPeople_members"));
    }

    [Fact]
    public async Task Export_DirectoryTables_AreFilteredByBaseScopeAndFilter()
    {
        using var directory = new GivenDirectory(settings: """
            , "Tables": [ { "Table": "entries", "BaseDN": "OU=people,DC=contoso,DC=com", "Scope": "OneLevel", "Filter": "(&(objectClass=inetOrgPerson)(!(cn=b*)))" },
                          { "Table": "members", "Filter": "(objectClass=groupOfNames)" } ]
            """);

        await directory.Given.ExportAsync(complete: false);

        Assert.Equal([("HRPeople_entries.csv", 1L), ("HRPeople_members.csv", 2L)], directory.Given.Manifest.Files.Select(f => (f.Name, f.Rows)));
        Assert.Equal((SynchronizationMode.Incremental, ExtractContent.Full), (directory.Given.Manifest.Mode, directory.Given.Manifest.Content));
    }

    [Fact]
    public async Task Export_DirectoryWithoutAMappedTable_SaysWhichItHas()
    {
        using var directory = new GivenDirectory(settings: """, "Tables": [ { "Table": "users" } ]""");

        var failure = await directory.Given.ExportFailsAsync();

        Assert.Contains("'HRPeople_entries' is mapped", failure.Message, StringComparison.Ordinal);
        Assert.Empty(directory.Given.ExportedFiles);
    }

    [Theory]
    [InlineData("dn: cn=a,dc=x\ncn: a\n\ndn: CN=A, DC=x\n", "Line 4")]
    [InlineData("dn: nonsense\ncn: a\n", "Line 1")]
    [InlineData("dn: cn=a\nchangetype: delete\n", "Line 1")]
    public async Task Export_DirectoryThatIsNone_Fails(string content, string expected)
    {
        using var directory = new GivenDirectory(content);

        Assert.Contains(expected, (await directory.Given.ExportFailsAsync()).Message, StringComparison.Ordinal);
    }
}
