# Prints the configuration of bench/policy and bench/role-model: 200 single roles, 40 composite roles, 500 rules, 12 resource types (or 10:
# -v resourceTypes=10), and record sections.
function xml(text) { print "  " text }
function name(prefix, number) { return sprintf("%s%03d", prefix, number) }
function count(rule) { rules++; xml(rule) }
function property(id, type) { print "    <Property Identifier=\"" id "\" DisplayName_L1=\"" id "\"" (type == "" ? "" : " Type=\"" type "\"") (id == "Key" ? " IsKey=\"true\"" : "") " />" }
function entity(id, scalars, dates, links,   parts, i, n) {
  xml("<EntityType Identifier=\"" id "\" DisplayName_L1=\"" id "\">")
  n = split(scalars, parts, " "); for (i = 1; i <= n; i++) property(parts[i], "String")
  n = split(dates, parts, " "); for (i = 1; i <= n; i++) property(parts[i], "DateTime")
  n = split(links, parts, " "); for (i = 1; i <= n; i++) property(parts[i], "ForeignKey")
  xml("</EntityType>")
}
function mapping(id, connector, table, columns,   parts, i, n) {
  xml("<EntityTypeMapping Identifier=\"" id "\" Connector=\"" connector "\" ConnectionTable=\"" table "\">")
  n = split(columns, parts, " ")
  for (i = 1; i <= n; i++) print "    <Property Identifier=\"" parts[i] "\" ConnectionColumn=\"" parts[i] "\"" (parts[i] == "Key" ? " IsPrimaryKey=\"true\"" : "") " />"
  xml("</EntityTypeMapping>")
}
function link(id, one, two, many) {
  xml("<EntityAssociation Identifier=\"" id "\" DisplayName_L1=\"" id "\" Property1=\"" one "\" IsProperty1Collection=\"true\" Property2=\"" two "\"" (many ? " IsProperty2Collection=\"true\"" : "") " />")
}
function linkOf(id, column, one, two) {
  xml("<EntityAssociationMapping Identifier=\"" id "\" Connector=\"HR\" ConnectionTable=\"" substr(two, 1, index(two, ":") - 1) "s\" Column1=\"" column "\" EntityPropertyMapping1=\"" one "\" Column2=\"Key\" EntityPropertyMapping2=\"" two "\" />")
}
function task(job, kind, id, level, attributes, parents, kinds, children,   parts, i, n) {
  printf "    <%sTask Identifier=\"%s_%s\" DisplayName_L1=\"%s\" Level=\"%d\"%s>", kind, job, id, id, level, attributes
  n = split(parents, parts, " "); for (i = 1; i <= n; i++) printf "<TaskDependsOnTask ParentTask=\"%s_%s\" />", job, parts[i]
  n = split(children, parts, " "); for (i = 1; i <= n; i++) printf "<Task%s %s=\"%s\" />", kinds, kinds, parts[i]
  printf "</%sTask>\n", kind
}
function job(reading,   id, agent, cookie, changes, dirty, flag) {
  agent = " Agent=\"Local\" OpenIdClient=\"Job\""
  cookie = reading == "Incremental" ? "" : " IgnoreCookieFile=\"true\""
  changes = reading == "Incremental" ? " Type=\"Changes\"" : ""
  dirty = reading == "Incremental" ? " Dirty=\"true\"" : ""
  flag = reading == "Incremental" ? "Flag" : ""
  xml("<Job Identifier=\"" reading "\" DisplayName_L1=\"" reading "\" Agent=\"Local\"" (reading == "Initial" ? " IsInitializationJob=\"true\"" : reading == "Incremental" ? " IsIncremental=\"true\"" : "") ">")
  n = split("Departments Locations Groups Persons Records", tables, " ")
  for (i = 1; i <= n; i++) task(reading, "Export", "Export_" tables[i], 0, agent " Connector=\"HR\" Connection=\"" tables[i] "\"" cookie, "", "", "")
  task(reading, "PrepareSynchronization", "Prepare", 1, agent " Connector=\"HR\" SynchronizationMode=\"" reading "\"" changes, "Export_Departments Export_Locations Export_Groups Export_Persons Export_Records", "", "")
  task(reading, "Synchronize", "Synchronize", 2, " Connector=\"HR\"" (reading == "Incremental" ? " DoNotDeleteChanges=\"true\"" : "") changes, "Prepare", "", "")
  if (reading == "Incremental") task(reading, "SetRecentlyModifiedFlag", "Flag", 3, "", "Synchronize", "", "")
  task(reading, "ComputeCorrelationKeys", "Keys", 5, dirty, flag, "EntityType", "Person Group " accounts)
  task(reading, "ComputeRoleModel", "Roles", 6, dirty, flag, "EntityType", "Person")
  task(reading, "GenerateProvisioningOrders", "Orders", 7, "", "", "ResourceType", types)
  task(reading, "Fulfill", "Fulfill", 8, agent dirty, "", "ResourceType", types)
  xml("</Job>")
}
BEGIN {
  if (resourceTypes == "") resourceTypes = 12
  print "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
  print "<ConfigurationFile xmlns=\"urn:schemas-usercube-com:configuration\">"
  xml("<Language Code=\"en-US\" IndicatorNumber=\"1\" />")
  xml("<Agent Identifier=\"Local\" DisplayName_L1=\"Local\" />")
  xml("<Profile Identifier=\"Job\" DisplayName_L1=\"Jobs\" />")
  xml("<OpenIdClient Identifier=\"Job\" DisplayName_L1=\"Jobs\" HashedSecret=\"rVqb3K2rD0mQf0yqBqk0Jm8l1wq1kq9dDq2b2m0yq5E=\" Profile=\"Job\" />")
  xml("<Connector Identifier=\"HR\" DisplayName_L1=\"HR\" Agent=\"Local\" MaximumUpdatedLines=\"0\" MaximumLinkInsertedLines=\"0\" MaximumLinkDeletedLines=\"0\" MaxPercentageUpdatedLines=\"20\" MaxLinkPercentageInsertedLines=\"20\" MaxLinkPercentageDeletedLines=\"20\" />")
  n = split("Departments Locations Groups Persons Records", tables, " ")
  for (i = 1; i <= n; i++) xml("<Connection Identifier=\"" tables[i] "\" Connector=\"HR\" DisplayName_L1=\"" tables[i] "\" Package=\"Usercube.CSV.Complete@0000001\" />")
  xml("<Connector Identifier=\"Own\" DisplayName_L1=\"Own\" Agent=\"Local\" />")
  xml("<Connection Identifier=\"OwnInternal\" Connector=\"Own\" DisplayName_L1=\"Internal\" Package=\"Usercube.InternalResources@0000001\" />")

  for (i = 1; i <= resourceTypes; i++) { account[i] = sprintf("Account%02d", i); accounts = accounts (i > 1 ? " " : "") account[i]; type[i] = sprintf("Type%02d", i); types = types (i > 1 ? " " : "") type[i] }
  for (i = 1; i <= resourceTypes; i++) members = members (i > 1 ? " " : "") sprintf("Members%02d", i)
  entity("Department", "Key Label", "", "Parent Children Records")
  entity("Location", "Key Label", "", "Records")
  entity("Group", "Key Label", "", members)
  entity("Person", "Key First Last Mail Title", "", "Records")
  entity("Record", "Key Position", "ContractStart ContractEnd PositionStart PositionEnd", "Owner Department Location")
  for (i = 1; i <= resourceTypes; i++) { entity(account[i], "Key Name Mail Title Label", "", "Groups"); xml("<EntityTypeMapping Identifier=\"" account[i] "\" Connector=\"Own\" />") }
  mapping("Department", "HR", "Departments", "Key Label"); mapping("Location", "HR", "Locations", "Key Label"); mapping("Group", "HR", "Groups", "Key Label")
  mapping("Person", "HR", "Persons", "Key First Last Mail Title")
  mapping("Record", "HR", "Records", "Key Position ContractStart ContractEnd PositionStart PositionEnd")
  link("Department_Parent", "Department:Children", "Department:Parent"); linkOf("Department_Parent", "Parent", "Department:Key", "Department:Key")
  link("Record_Owner", "Person:Records", "Record:Owner"); linkOf("Record_Owner", "Owner", "Person:Key", "Record:Key")
  link("Record_Department", "Department:Records", "Record:Department"); linkOf("Record_Department", "Department", "Department:Key", "Record:Key")
  link("Record_Location", "Location:Records", "Record:Location"); linkOf("Record_Location", "Location", "Location:Key", "Record:Key")
  for (i = 1; i <= resourceTypes; i++) link(account[i] "_Groups", sprintf("Group:Members%02d", i), account[i] ":Groups", 1)

  xml("<Policy Identifier=\"P\" DisplayName_L1=\"P\" IsProvisioningEnabled=\"true\" />")
  xml("<Dimension Identifier=\"Department\" DisplayName_L1=\"Department\" EntityType=\"Department\" ColumnMapping=\"0\" IsHierarchical=\"true\" ParentProperty=\"Parent\" />")
  xml("<Dimension Identifier=\"Location\" DisplayName_L1=\"Location\" EntityType=\"Location\" ColumnMapping=\"1\" />")
  xml("<ContextRule Identifier=\"Contexts\" DisplayName_L1=\"Contexts\" Policy=\"P\" SourceEntityType=\"Person\" ResourcesBinding=\"Records\" B0=\"Record:Department\" B1=\"Record:Location\" />")
  xml("<RecordSection Identifier=\"Contract\" DisplayName_L1=\"Contract\" SourceEntityType=\"Person\" ResourceEntityType=\"Record\" StartProperty=\"ContractStart\" EndProperty=\"ContractEnd\" IsDefaultBoundariesSection=\"true\" />")
  xml("<RecordSection Identifier=\"Position\" DisplayName_L1=\"Position\" SourceEntityType=\"Person\" ResourceEntityType=\"Record\" StartProperty=\"PositionStart\" EndProperty=\"PositionEnd\" InstanceKeyExpression=\"C#:record:return record.Position;\" SortKeyExpression=\"C#:record:return record.Key;\"><Property Property=\"Department\" /><Property Property=\"Location\" /></RecordSection>")

  for (i = 1; i <= 40; i++) xml("<CompositeRole Identifier=\"" name("Composite", i) "\" DisplayName_L1=\"" name("Composite", i) "\" EntityType=\"Person\" Policy=\"P\" />")
  for (i = 1; i <= 40; i++) count("<CompositeRoleRule Role=\"" name("Composite", i) "\" Policy=\"P\" D0=\"D" (i % 60) "\"" (i % 2 ? " L0=\"true\"" : "") " />")
  for (i = 1; i <= 20; i++) count("<CompositeRoleRule Role=\"" name("Composite", i) "\" Policy=\"P\" ParentRole=\"" name("Composite", i + 20) "\" D1=\"L" (i % 20) "\" />")
  for (i = 1; i <= 200; i++) {
    xml("<SingleRole Identifier=\"" name("Role", i) "\" DisplayName_L1=\"" name("Role", i) "\" EntityType=\"Person\" Policy=\"P\" />")
    count("<SingleRoleRule Role=\"" name("Role", i) "\" Policy=\"P\"" (i <= 100 ? " CompositeRole=\"" name("Composite", i % 40 + 1) "\"" : i <= 160 ? " D0=\"D" (i % 60) "\" L0=\"true\"" : " D0=\"D" (i % 60) "\" D1=\"L" (i % 20) "\"") " />")
  }
  for (i = 1; i <= resourceTypes; i++) {
    xml("<ResourceType Identifier=\"" type[i] "\" DisplayName_L1=\"" type[i] "\" Policy=\"P\" SourceEntityType=\"Person\" TargetEntityType=\"" account[i] "\" BlockProvisioning=\"false\" ApprovalWorkflowType=\"ManualAssignmentNotAllowed\" MaximumInsertPercent=\"0\" MaximumUpdatePercent=\"0\" MaximumDeletePercent=\"0\">")
    count("  <TypeRule" (i <= 2 ? "" : " D0=\"D" (i % 6) "\" L0=\"true\"") " />")
    count("  <ScalarRule Property=\"Key\" Binding=\"Person:Key\" />")
    count("  <ScalarRule Property=\"Name\" Expression=\"C#:person:return person.First + &quot; &quot; + person.Last;\" />")
    count("  <ScalarRule Property=\"Mail\" Binding=\"Person:Mail\" Expression=\"ToLower\" />")
    count("  <ScalarRule Property=\"Title\" Binding=\"Person:Title\" />")
    count("  <ScalarRule Property=\"Label\" Expression=\"Literal:left\" TimeOffsetReference=\"After\" TimeOffsetAfterReference=\"43200\" />")
    for (r = i; r <= 200 && r <= (resourceTypes == 10 ? 160 : 150) + i; r += resourceTypes) count("  <NavigationRule Property=\"Groups\" Resource=\"G" r "\" SingleRole=\"" name("Role", r) "\" />")
    xml("</ResourceType>")
    count("<ResourceCorrelationRule ResourceType=\"" type[i] "\" Policy=\"P\" SourceBinding=\"Person:Key\" TargetBinding=\"" account[i] ":Key\" SourceMatchedConfidenceLevel=\"100\" />")
  }
  print "  <!-- " rules " rules -->"
  job("Initial"); job("Complete"); job("Incremental")
  xml("<Job Identifier=\"Roles\" DisplayName_L1=\"Roles\" Agent=\"Local\">")
  task("Roles", "ComputeRoleModel", "Roles", 0, "", "", "EntityType", "Person")
  xml("</Job>")
  print "</ConfigurationFile>"
}
